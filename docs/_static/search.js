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

// Names of calls, messages and tasks are looked up whole, by their beginning and by their words, before the full text. A message may be
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

// Words are matched in any order, by their beginning; little words do not count. A word of the name counts more than
// one of the text and the code that go with it, and one word in three may be missing.
const little = new Set("a an and by for from how i in is it my of on or the to with".split(" "));
const words_of = (text) => text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);

function starts(word, wanted) {
  if (word === wanted) return true;
  if (wanted.length < 3) return false;
  return word.startsWith(wanted) || (wanted.length > 3 && wanted.endsWith("s") && word === wanted.slice(0, -1));
}

function points(item, wanted) {
  const inside = (words, one) => words.some((word) => starts(word, one));
  item.title_words ??= words_of(item.title);
  item.text_words ??= item.text.split(" ");
  const each = wanted.map((one) => (inside(item.title_words, one) ? 3 : inside(item.text_words, one) ? 1 : 0));
  const missing = each.filter((got) => got === 0).length;
  const named = each.some((got) => got === 3); // the text alone says too little
  return named && missing <= wanted.length / 3 ? each.reduce((sum, got) => sum + got, 0) - missing : 0;
}

async function find(words, most) {
  const key = plain(words).replace(/\(\)$/, "");
  if (!key) return [];
  const wanted = [...new Set(words_of(key))].filter((word) => !little.has(word));
  const spoken = wanted.length > 1 && key.includes(" "); // not parts of one name
  const whole = (name) => (name === key ? 0 : name.startsWith(key) ? 1 : name.includes(key) ? 2 : 3);
  const items = (await known()).map(([title, where, url, entry, text]) => {
    const item = { title, where, url: root + url, entry: root + entry, text, excerpt: "" };
    const rank = key.length > 2 ? whole(plain(title)) : 3;
    const meant = where === "message" && key.length > 2 && pasted(title, key);
    return { ...item, rank: meant ? Math.min(rank, 2) : rank, points: spoken ? points(item, wanted) : 0 };
  });
  const best = Math.max(...items.map((item) => item.points));
  const first = items
    .filter((item) => item.rank < 3 || (item.points && item.points >= 0.6 * best))
    .sort((a, b) => a.rank - b.rank || b.points - a.points || a.title.length - b.title.length);
  const found = different(first).slice(0, Math.ceil(most / 2));
  const engine = await pagefind();
  const search = await engine.search(words);
  for (const page of await Promise.all(search.results.slice(0, most).map((result) => result.data()))) {
    const parts = page.sub_results.length ? page.sub_results : [{ ...page, title: page.meta.title }];
    for (const part of [...parts].sort((a, b) => score(b) - score(a)).slice(0, 2)) {
      found.push({ title: part.title, where: page.meta.title, url: part.url, entry: part.url, excerpt: part.excerpt });
    }
  }
  return different(found).slice(0, most);
}

// One entry has many names, and Pagefind writes addresses from the root of the host
function different(items) {
  const seen = new Set();
  const where = (item) => new URL(item.entry, document.baseURI).href;
  return items.filter((item) => !seen.has(where(item)) && seen.add(where(item)));
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
