// Search as you type in the index that Pagefind made. Everything comes from this site; nothing is sent anywhere.
const root = document.querySelector("[data-root]")?.dataset.root ?? "./";
let loaded;

function pagefind() {
  loaded ??= import(new URL(root + "pagefind/pagefind.js", document.baseURI).href).then(async (module) => {
    await module.options({ excerptLength: 18, baseUrl: new URL(root, document.baseURI).pathname });
    return module;
  });
  return loaded;
}

// Names of calls, messages and tasks are looked up whole and by their beginning, before the full text. A message may be
// pasted as it was seen: "..." in the message of the list stands for whatever varied.
let names;
function known() {
  names ??= fetch(new URL(root + "_static/names.json", document.baseURI)).then((reply) => reply.json());
  return names;
}

const plain = (text) => text.toLowerCase().replaceAll(/[`"'\s]+/g, " ").trim();
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

function pasted(message, words) {
  const parts = plain(message).split("...").map((part) => part.trim()).filter((part) => part.length > 2);
  return parts.join("").length > 11 && new RegExp(parts.map(escaped).join(".*")).test(words);
}

async function find(words, most) {
  const key = plain(words).replace(/\(\)$/, "");
  if (!key) return [];
  const rank = (name) => (name === key ? 0 : name.startsWith(key) ? 1 : name.includes(key) ? 2 : 3);
  const found = (await known())
    .map(([name, where, url]) => ({ title: name, where, url: root + url, excerpt: "", rank: rank(plain(name)) }))
    .filter((item) => key.length > 2 && (item.rank < 3 || (item.where === "message" && pasted(item.title, key))))
    .sort((a, b) => a.rank - b.rank || a.title.length - b.title.length)
    .slice(0, Math.ceil(most / 2));
  const engine = await pagefind();
  const search = await engine.search(words);
  for (const page of await Promise.all(search.results.slice(0, most).map((result) => result.data()))) {
    const parts = page.sub_results.length ? page.sub_results : [{ ...page, title: page.meta.title }];
    const best = [...parts].sort((a, b) => score(b) - score(a)).slice(0, 2);
    for (const part of best) {
      found.push({ title: part.title, where: page.meta.title, url: part.url, excerpt: part.excerpt });
    }
  }
  const seen = new Set();
  return found.filter((item) => !seen.has(item.url) && seen.add(item.url)).slice(0, most);
}

const score = (part) => (part.weighted_locations ?? []).reduce((sum, place) => sum + place.balanced_score, 0);

function show(list, items, words) {
  list.replaceChildren(
    ...items.map((item) => {
      const entry = document.createElement("li");
      const link = document.createElement("a");
      link.href = item.url;
      const title = document.createElement("strong");
      title.textContent = item.title;
      const where = document.createElement("span");
      where.textContent = item.where === item.title ? "" : item.where;
      const excerpt = document.createElement("p");
      excerpt.innerHTML = item.excerpt; // Pagefind's own: escaped text and <mark>
      link.append(title, where, excerpt);
      entry.append(link);
      return entry;
    }),
  );
  if (!items.length && words.trim()) {
    const none = document.createElement("li");
    none.textContent = `Nothing found for "${words.trim()}".`;
    list.append(none);
  }
}

for (const form of document.querySelectorAll("form.site-search")) {
  const [input, list] = [form.querySelector("input"), form.querySelector(".site-results")];
  let latest = 0;
  const update = async () => {
    const turn = ++latest;
    const words = input.value;
    const items = await find(words, 10).catch(() => null);
    if (turn !== latest) return; // the reader has typed on
    if (items === null) {
      list.textContent = "The search needs a web server: make docs-serve.";
    } else {
      show(list, items, words);
    }
    list.hidden = !words.trim();
  };
  input.addEventListener("input", update);
  input.addEventListener("focus", () => input.value.trim() && update());
  form.addEventListener("keydown", (event) => {
    const links = [input, ...list.querySelectorAll("a")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      links[(links.indexOf(document.activeElement) + step + links.length) % links.length]?.focus();
    } else if (event.key === "Escape") {
      list.hidden = true;
    }
  });
  document.addEventListener("click", (event) => form.contains(event.target) || (list.hidden = true));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector("form.site-search input")?.focus();
  }
});

const page = document.querySelector("#search-results");
if (page) {
  const words = new URLSearchParams(location.search).get("q") ?? "";
  document.querySelectorAll("form.site-search input").forEach((input) => (input.value = words));
  show(page, await find(words, 30), words);
}
