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
const little = new Set("a an and between by can difference do does for from how i in is it my of on or over the to versus vs what when which with".split(" "));
const words_of = (text) => text.toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);

// What people say, and what Triton calls it
const same = {
  float16: "fp16", half: "fp16", bfloat16: "bf16", float32: "fp32", float64: "fp64", string: "bytes", strings: "bytes", bytes: "string",
  duration: "time", time: "duration", latency: "duration", one: "1", two: "2", three: "3", 3: "three", async: "asyncio", token: "word",
  tokens: "words", image: "picture", images: "pictures", photo: "picture", crash: "ended", tls: "ssl", ssl: "tls", auth: "restricted",
  p50: "p99", p90: "p99", p95: "p99", p999: "p99", median: "quantiles", deadline: "waiting", reload: "load", rollback: "back",
  shutdown: "stop", terminate: "stop",
};

function fits(word, wanted) {
  if (word === wanted) return 1;
  if (wanted.length < 3) return 0;
  if (wanted.length > 3 && wanted.endsWith("s") && word === wanted.slice(0, -1)) return 1;
  return word.startsWith(wanted) ? 0.7 : 0; // "time" is no "timeout"
}

function points(item, wanted) {
  const best = (words, one) => words.reduce((most, word) => Math.max(most, fits(word, one)), 0);
  const inside = (words, one) => Math.max(best(words, one), same[one] ? 0.8 * best(words, same[one]) : 0);
  item.title_words ??= words_of(item.title);
  item.text_words ??= item.text.split(" ");
  const each = wanted.map((one) => Math.max(3 * inside(item.title_words, one), inside(item.text_words, one)));
  const missing = each.filter((got) => got === 0).length;
  const named = each.some((got) => got > 1); // the text alone says too little
  return named && missing <= wanted.length / 3 ? each.reduce((sum, got) => sum + got, 0) - missing : 0;
}

// Pagefind wants every word. A message has some that only its writer saw, so it is asked again without them, then with fewer.
async function full_text(words) {
  const engine = await pagefind();
  const plainer = words.replaceAll(/\[[^\]]*\]|\([^)]*\)|\b\d+\b|[^\w\s]/g, " ").trim().split(/\s+/).filter(Boolean);
  const tries = [words];
  for (let count = plainer.length; count > 0 && tries.length < 6; count--) tries.push(plainer.slice(0, count).join(" "));
  for (const one of tries) {
    const { results } = await engine.search(one);
    if (results.length) return results;
  }
  return [];
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
    .sort((a, b) => a.rank - b.rank || b.points - a.points || listed(a) - listed(b) || a.title.length - b.title.length);
  const found = different(first).slice(0, Math.ceil(most / 2));
  for (const page of await Promise.all((await full_text(words)).slice(0, most).map((result) => result.data()))) {
    const parts = page.sub_results.length ? page.sub_results : [{ ...page, title: page.meta.title }];
    for (const part of [...parts].sort((a, b) => score(b) - score(a)).slice(0, 2)) {
      found.push({ title: part.title, where: page.meta.title, url: part.url, entry: part.url, excerpt: part.excerpt });
    }
  }
  return different(found).slice(0, most);
}

const listed = (item) => item.where === "feature" || item.where === "metric"; // a row of a table says less than a recipe

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
    list.classList.add("stale"); // what stands there answers what was typed before
    const items = await find(words, 10).catch(() => null);
    if (turn !== latest) return; // the reader has typed on
    list.classList.remove("stale");
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
