"use strict";
const language = document.documentElement.lang;
const counted = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

// Times as the reader's clock shows them.
for (const time of document.querySelectorAll("time[datetime]")) {
  const then = new Date(time.dateTime);
  time.title = time.dateTime;
  time.textContent = then.toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}
document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// What narrows a page is folded on a phone (folding.js), unless something is wrong with it.
if (document.querySelector(".problem"))
  for (const each of document.querySelectorAll(".narrowing")) each.open = true;

// A run as it goes on.
const watched = document.querySelector("#run[data-events]");
if (watched) {
  const events = new EventSource(watched.dataset.events);
  const status = watched.querySelector("[role=status]").className;
  events.addEventListener("progress", event => {
    const run = JSON.parse(event.data);
    run.at_rest = run.accounts.submitted - run.accounts.in_flight;
    if (!status.endsWith(run.status)) return location.reload();
    for (const shown of watched.querySelectorAll("[data-field]")) {
      const found = shown.dataset.field.split(".").reduce((each, name) => each?.[name], run);
      const written = "seconds" in shown.dataset ? duration(found)
        : shown.dataset.field.startsWith("stages.") ? counted.format(found ?? 0)
        : found == null ? "–" : counted.format(found);
      if (shown.textContent !== written) shown.textContent = written;
      shown.closest(".counts a")?.classList.toggle("none", written === "0");
    }
    const bar = watched.querySelector("[data-progress]");
    bar.value = run.progress ?? 0;
  });
  events.addEventListener("finished", () => { events.close(); location.reload(); });
}

// A document that is being processed again: its page, once that is done.
const awaited = document.querySelector("[data-wait]");
if (awaited) {
  const look = async () => {
    const answer = await fetch(awaited.dataset.wait).catch(() => null);
    if (answer?.ok && !["pending", "running"].includes((await answer.json()).state)) return location.reload();
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}

function duration(seconds) {
  if (seconds == null) return "–";
  const whole = Math.round(seconds), two = number => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

// A document: a span's mark, its row, and the text itself show each other.
const text = document.getElementById("text");
if (text) {
  const found = document.getElementById("found");
  const marks = [...text.querySelectorAll("[data-spans]")], rows = [...found.querySelectorAll("[data-span]")];
  const inView = (box, element) => {
    const top = element.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (top < 48 || top > box.clientHeight - 80) box.scrollBy({ top: top - box.clientHeight / 3, behavior: "instant" });
  };
  const show = () => {
    const hash = /^#(\d+)-(\d+)$/.exec(location.hash);
    for (const each of document.querySelectorAll(".current")) each.classList.remove("current");
    globalThis.CSS?.highlights?.delete("span");
    if (!hash) return;
    const span = hash[0].slice(1);
    const itsMarks = marks.filter(mark => mark.dataset.spans.split(" ").includes(span));
    const itsRows = rows.filter(row => row.dataset.span === span);
    for (const each of [...itsMarks, ...itsRows]) each.classList.add("current");
    if (itsRows.length) inView(found, itsRows[0]);
    const box = text.getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight) text.scrollIntoView();
    if (itsMarks.length) inView(text, itsMarks[0]);
    else highlight(Number(hash[1]), Number(hash[2]), inView);
  };
  addEventListener("hashchange", show);
  found.addEventListener("click", event => {
    const row = event.target.closest("[data-span]");
    if (row && !event.target.closest("a")) location.hash = row.dataset.span;
  });
  // The browser looks for an element of that name first; there is none.
  show();
}

// The form that corrects: filled from the row that is chosen, or from the words that are selected.
const correction = document.getElementById("correction");
if (correction && text) {
  const fields = correction.elements, about = document.getElementById("about");
  const fill = (stated, one) => {
    for (const name of ["indicator", "measure", "value", "value_high", "unit", "bound", "status", "period_start", "period_end", "scope", "start", "end"])
      if (name in stated) fields[name].value = stated[name] ?? "";
    fields.observation.value = one ? stated.id : "";
    correction.classList.toggle("one", one);
    about.textContent = `${one ? correction.dataset.chosen : correction.dataset.selected} ${stated.evidence}`;
  };
  // To be filled in at once where it is in sight; on a phone it lies below, and a button leads there.
  const box = correction.closest("details"), down = document.getElementById("down");
  const open = () => { box.open = true; down.hidden = false; };
  down.addEventListener("click", () => { box.scrollIntoView(); down.hidden = true; });
  const choose = () => {
    const row = document.querySelector("#found tr.current:not(.overruled)") ?? document.querySelector("#found tr.current");
    if (row) fill(JSON.parse(row.dataset.stated), true);
    return row != null;
  };
  addEventListener("hashchange", () => { if (choose()) open(); });
  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    if (chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    const range = chosen.getRangeAt(0), words = range.toString();
    const start = raw(cleanOffset(range.startContainer, range.startOffset)), last = cleanOffset(range.endContainer, range.endOffset);
    if (start == null || last == null || !words.trim()) return;
    const numbers = [...words.matchAll(/(-?\d+(?:\.\d+)?)\s*((?:[十百千]?(?:万亿|亿|万))?[\u4e00-\u9fff%％]*)/g)], number = numbers.at(-1);
    const unit = number?.[2].replace(/(?:以上|左右|以内|以下)$/, "");
    fill({ start, end: raw(last - 1) + 1, evidence: words, value_high: null,
      ...(number ? { value: number[1], unit, measure: /[%％]/.test(unit) ? "growth" : "level" } : {}) }, false);
    open();
  });
  if (box.querySelector(".problem")) text.scrollIntoView();  // what was wrong, beside what it is about
  if (fields.observation.value) {
    correction.classList.add("one");
    const row = [...document.querySelectorAll("#found [data-stated]")].find(each => String(JSON.parse(each.dataset.stated).id) === fields.observation.value);
    row?.classList.add("current");
    if (row) about.textContent = `${correction.dataset.chosen} ${JSON.parse(row.dataset.stated).evidence}`;
  } else choose();
}

// Offsets of the selection in the cleaned text, and of a character of it in the raw text.
function cleanOffset(node, offset) {
  const line = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!line) return null;
  const before = new Range();
  before.setStart(line, 0);
  before.setEnd(node, offset);
  return Number(line.dataset.start) + [...before.toString()].length;
}

// Where the cleaned text stood in the raw one: clean, raw, length.
function stretches() {
  return text.dataset.offsets.split(";").filter(Boolean).map(each => each.split(",").map(Number));
}

function raw(offset) {
  for (const [clean, from, length] of stretches()) {
    if (offset < clean + length) return from + Math.max(offset - clean, 0);
  }
  return null;
}

// Any span of the raw text, as far as it is in the cleaned one. Offsets count characters, not
// the halves that JavaScript's strings are made of.
function highlight(start, end, inView) {
  const cleaned = raw => {
    let at = 0;
    for (const [clean, from, length] of stretches()) {
      if (from > raw) break;
      at = clean + Math.min(raw - from, length);
    }
    return at;
  };
  const first = place(cleaned(start)), last = place(cleaned(end));
  if (!first || !last) return;
  const range = new Range();
  range.setStart(...first);
  range.setEnd(...last);
  if (globalThis.Highlight) CSS.highlights.set("span", new Highlight(range));
  inView(text, first[0].parentElement);
}

function place(offset) {
  let line = null;
  for (const each of text.querySelectorAll("[data-start]")) {
    if (Number(each.dataset.start) > offset) break;
    line = each;
  }
  if (!line) return null;
  let left = offset - Number(line.dataset.start);
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let node = null;
  while (walker.nextNode()) {
    node = walker.currentNode;
    const characters = [...node.data];
    if (left <= characters.length) return [node, characters.slice(0, left).join("").length];
    left -= characters.length;
  }
  return node ? [node, node.data.length] : null;
}

// Submission.
const form = document.getElementById("submit");
if (form) {
  const say = name => form.dataset[name], at = id => document.getElementById(id);
  const chosen = new Map();  // by path
  const add = (path, file) => {
    chosen.set(path, file);
    at("chosen").textContent = `${counted.format(chosen.size)} ${say("files")}`;
    at("send").disabled = false;
  };
  for (const input of [at("files"), at("folder")])
    input.addEventListener("change", () => { for (const file of input.files) add(file.webkitRelativePath || file.name, file); });
  const drop = at("drop");
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, event => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", event => {
    event.preventDefault();
    for (const each of event.dataTransfer.items) {
      const entry = each.webkitGetAsEntry?.();
      if (entry) walk(entry, add);
    }
  });
  form.addEventListener("submit", async event => {
    event.preventDefault();
    at("refused").replaceChildren();
    const metadata = {};
    for (const name of ["province", "region", "year"]) {
      const written = form.elements[name].value.trim();
      if (written) metadata[name] = name === "year" ? Number(written) : written;
    }
    const table = at("table").files[0];
    if (table) {
      const [head, ...lines] = parsedCsv(await table.text());
      if (!head?.includes("name")) return void (at("outcome").textContent = say("table"));
      for (const line of lines) {
        const known = Object.fromEntries(head.map((name, index) => [name, (line[index] ?? "").trim()]).filter(([, value]) => value));
        const { name, ...rest } = known;
        for (const year of ["year", "review_year"]) if (rest[year]) rest[year] = Number(rest[year]);
        if (name) metadata[name] = rest;
      }
    }
    const body = new FormData();  // fields first: the service reads the form as it comes
    if (form.elements.label.value) body.append("label", form.elements.label.value);
    if (Object.keys(metadata).length) body.append("metadata", JSON.stringify(metadata));
    for (const [path, file] of chosen) body.append("files", file, path);
    send(body, say, at);
  });
}

async function walk(entry, add) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return entry.file(file => add(path, file));
  const reader = entry.createReader();
  const more = () => reader.readEntries(entries => {
    for (const each of entries) walk(each, add);
    if (entries.length) more();  // a reader tells a hundred at a time
  });
  more();
}

function send(body, say, at) {
  const request = new XMLHttpRequest(), bar = at("sent"), outcome = at("outcome");
  const messages = JSON.parse(say("messages"));
  const inWords = error => messages[error?.code] ?? error?.message;
  request.open("POST", "/v1/runs");
  request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
  request.responseType = "json";
  bar.hidden = false;
  at("send").disabled = true;
  request.upload.addEventListener("progress", event => {
    if (!event.lengthComputable) return;
    bar.max = event.total;
    bar.value = event.loaded;
    outcome.textContent = event.loaded < event.total ? `${say("sending")} ${Math.floor(100 * event.loaded / event.total)} %` : say("storing");
  });
  request.addEventListener("error", () => { outcome.textContent = say("broken"); at("send").disabled = false; });
  request.addEventListener("load", async () => {
    at("send").disabled = false;
    if (request.status >= 300) {
      outcome.textContent = inWords(request.response?.error) ?? `${request.status} ${request.statusText}`;
      return;
    }
    bar.hidden = true;
    const run = request.response, { accounts, skipped } = run;
    const not = accounts.quarantined + accounts.duplicate;
    const link = Object.assign(document.createElement("a"), { href: `/runs/${run.id}`, className: "button", textContent: say("watch") });
    const told = [`${counted.format(accounts.submitted - not)} ${say("accepted")}`];
    if (accounts.quarantined) told.push(`${counted.format(accounts.quarantined)} ${say("refused")}`);
    if (accounts.duplicate) told.push(`${counted.format(accounts.duplicate)} ${say("again")}`);
    if (skipped?.count) told.push(`${counted.format(skipped.count)} ${say("skipped")}`);
    const chinese = language.startsWith("zh");
    outcome.replaceChildren(told.join(chinese ? "；" : "; ") + (chinese ? "。" : ". "), link);
    if (!not) return;
    const answer = await fetch(`/v1/runs/${run.id}/documents?state=quarantined&state=duplicate`);
    for (const each of (await answer.json()).documents)
      at("refused").append(Object.assign(document.createElement("li"), { textContent: `${each.source}: ${inWords({ code: each.error_code, message: each.error_message }) ?? say("duplicate")}` }));
  });
  request.send(body);
}

function parsedCsv(written) {
  const rows = [[]];
  let cell = "", quoted = false;
  for (let i = written.charCodeAt(0) === 0xFEFF ? 1 : 0; i < written.length; i++) {
    const character = written[i];
    if (quoted && character === '"' && written[i + 1] === '"') { cell += '"'; i++; }
    else if (character === '"') quoted = !quoted;
    else if (quoted || !",\n\r".includes(character)) cell += character;
    else if (character === ",") { rows.at(-1).push(cell); cell = ""; }
    else if (character === "\n") { rows.at(-1).push(cell); cell = ""; rows.push([]); }
  }
  rows.at(-1).push(cell);
  return rows.filter(row => row.some(Boolean));
}
