"""The look of a package's index.html: the house's colours, no outside file, readable on paper."""

from __future__ import annotations

STYLE = """
:root { --ink: #1f2a37; --soft: #4b5563; --line: #d5d9e0; --ground: #f4f5f7; --blue: #1d4e89;
  --red: #a8201a; --amber-pale: #fdf5e3;
  --serif: "Source Han Serif SC", "Noto Serif CJK SC", "Songti SC", SimSun, "Noto Serif",
    "Liberation Serif", "Times New Roman", serif;
  --sans: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Segoe UI", "Noto Sans",
    sans-serif; }
* { box-sizing: border-box; }
html { color-scheme: light; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.65 var(--sans);
  border-top: 4px solid var(--red); overflow-wrap: anywhere; }
main { max-width: 70rem; margin: 2rem auto 3rem; padding: 2.5rem 3rem 2rem; background: #fff;
  border: 1px solid var(--line); border-radius: 8px; }
h1, h2 { font-family: var(--serif); font-weight: 700; line-height: 1.4; }
h1 { font-size: 1.75rem; margin: .2rem 0 1.25rem; }
html:lang(en) h1 { text-wrap: balance; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .4rem;
  border-bottom: 1px solid var(--line); }
p { margin: 0 0 .6rem; }
a { color: var(--blue); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible { outline: 3px solid #f0a202; outline-offset: 2px;
  border-radius: 3px; }
.what { color: var(--red); font-family: var(--serif); font-weight: 700; margin: 0;
  letter-spacing: .1em; }
html:lang(en) .what { letter-spacing: .02em; }
.facts { display: grid; grid-template-columns: max-content 1fr max-content 1fr;
  gap: .45rem 1.25rem; margin: 0; }
.facts .wide { grid-column: 2 / -1; }
dt { color: var(--soft); }
dd { margin: 0; }
.open { display: inline-block; margin: 1.5rem 0 0; padding: .5rem 1.2rem; border-radius: 6px;
  background: var(--blue); color: #fff; text-decoration: none; }
.open:hover { background: #163d6b; }
.open small { font-size: .875rem; margin-left: .5rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th { text-align: left; color: var(--soft); font-weight: 400; border-bottom: 2px solid var(--ink);
  white-space: nowrap; }
th, td { padding: .5rem .75rem .5rem 0; vertical-align: top; }
td { border-bottom: 1px solid var(--line); }
tr:has(+ .more) td { border: 0; padding-bottom: 0; }
.more td { padding-top: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.day, td.files { white-space: nowrap; }
td.title { min-width: 14em; }
.files a + a, li .files a { margin-left: .75rem; }
td.files, th:last-child { padding-right: 0; }
details { font-size: .875rem; }
summary { color: var(--soft); cursor: pointer; width: max-content; max-width: 100%; }
details dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .9rem;
  margin: .35rem 0 .5rem; }
code { font: .8125rem/1.5 Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
  overflow-wrap: anywhere; }
.hash { display: block; padding: .6rem .8rem; background: var(--ground); border-radius: 6px; }
.plain { margin: 0; padding-left: 1.25rem; }
.apart { background: var(--amber-pale); border: 1px solid #d9a441; border-radius: 8px;
  padding: .8rem 1.1rem; margin-top: 2.5rem; }
.apart h2 { margin-top: 0; border-color: #d9a441; }
ol.plain li { margin-bottom: .6rem; }
footer { margin-top: 2rem; color: var(--soft); font-size: .875rem; }
@media screen and (max-width: 56rem) {
  main { margin: 0; padding: 1.25rem 1rem 1.5rem; border: 0; border-radius: 0; }
  h1 { font-size: 1.4rem; }
  .facts { grid-template-columns: max-content 1fr; }
  .open { display: block; text-align: center; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  table, tbody { display: block; }
  tr { display: block; padding: .75rem 0; border-bottom: 1px solid var(--line); }
  tr:has(+ .more) { border: 0; padding-bottom: 0; }
  tr.more { padding-top: 0; }
  td, td.n { display: inline-block; border: 0; padding: 0 1.25rem 0 0; text-align: left;
    white-space: normal; }
  td.title, td.files, .more td { display: block; min-width: 0; padding: 0; font-size: 1rem; }
  td[data-head]::before { content: attr(data-head) "\\a0\\a0"; color: var(--soft); }
  td.empty, .more td:empty { display: none; }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  body { background: #fff; border: 0; font-size: 10.5pt; }
  main { max-width: none; margin: 0; padding: 0; border: 0; }
  table { font-size: 9.5pt; }
  .open, .files, .more { display: none; }
  tr:has(+ .more) td { border-bottom: 1px solid var(--line); padding-bottom: .5rem; }
  a { color: inherit; text-decoration: none; }
  thead { display: table-header-group; }
  tr, .facts, .verify { break-inside: avoid; }
  h2 { break-after: avoid; }
  .hash { border: 1px solid var(--line); }
}
"""
