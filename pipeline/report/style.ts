/**
 * Styles of the page: light and dark, wide and narrow, and print. The colors suit color-blind
 * readers.
 */

const light = {
  page: "#f6f5f2",
  card: "#ffffff",
  edge: "#e3e1dc",
  text: "#17191c",
  muted: "#5b6168",
  grid: "#e6e5e1",
  accent: "#c4480a",
  "accent-text": "#b03f06",
  "line-2": "#8b9096",
  "line-3": "#c9cbce",
  run: "#c4480a",
  ride: "#0b5fa5",
  indoor: "#3d95d6",
  swim: "#0f8a66",
  walk: "#b0559a",
  snow: "#5a4500",
  other: "#6f7378",
  "run-text": "#b03f06",
  "ride-text": "#0b5fa5",
  "walk-text": "#9c4487",
  "up-text": "#0a7152",
  z1: "#7fb2d9",
  z2: "#2f7fbf",
  z3: "#f0b35a",
  z4: "#d9640e",
  z5: "#7a1e05",
  idle: "#ecebe7",
  hot0: "#f9cf9e",
  hot1: "#f09a4a",
  hot2: "#cf560f",
  hot3: "#6f2503",
  ground: "#a7aaa1",
  night: "#15171a",
  focus: "#0b5fa5",
}

const dark: Readonly<Record<keyof typeof light, string>> = {
  page: "#121316",
  card: "#1c1e22",
  edge: "#2f3237",
  text: "#e8e9eb",
  muted: "#a3a9b0",
  grid: "#303339",
  accent: "#f28a4b",
  "accent-text": "#f6a06b",
  "line-2": "#8b9199",
  "line-3": "#4d5259",
  run: "#f28a4b",
  ride: "#4d9be6",
  indoor: "#9cd0f7",
  swim: "#35b58b",
  walk: "#d58bc4",
  snow: "#f5e0a0",
  other: "#9aa0a6",
  "run-text": "#f6a06b",
  "ride-text": "#74b3f0",
  "walk-text": "#dfa0d0",
  "up-text": "#4cc49a",
  z1: "#2f6390",
  z2: "#5fa4dd",
  z3: "#f5cf8e",
  z4: "#ee8236",
  z5: "#c8381a",
  idle: "#292c31",
  hot0: "#6b3412",
  hot1: "#b6551a",
  hot2: "#f08b45",
  hot3: "#fcd9b4",
  ground: "#6d726b",
  night: "#0c0d0f",
  focus: "#74b3f0",
}

export const palettes = { light, dark }

const variables = (palette: Readonly<Record<string, string>>) =>
  Object.entries(palette).map(([name, color]) => `--${name}:${color}`).join(";")

const sports = ["run", "ride", "indoor", "swim", "walk", "snow", "other"]
const fills = [...sports, "z1", "z2", "z3", "z4", "z5", "hot0", "hot1", "hot2", "hot3"]

const colored = [
  ...fills.map((name) => `i.${name}{background:var(--${name})}`),
  ...sports.map((name) => `.routes .${name},.samples .line.${name}{stroke:var(--${name})}`),
  ...["hot0", "hot1", "hot2", "hot3"].map((name) => `.calendar .${name}{fill:var(--${name})}`),
  ...["4", "5", "6", "7", "8", "12"].map((n) => `.span${n}{grid-column:span ${n}}`),
].join("\n")

export const style = `:root{color-scheme:light dark;${variables(light)}}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1280px;padding:24px 20px 40px;background:var(--page);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
h1,h2,h3,p,dl,dd,ul{margin:0}
body>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;margin-bottom:16px}
h1{font-size:28px;line-height:1.2;letter-spacing:-.015em}
body>header p{color:var(--muted)}
.skip{position:absolute;left:-9999px}
.skip:focus{left:20px;top:8px;z-index:2;padding:8px 12px;background:var(--card);border-radius:6px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0 0 16px;padding:0;list-style:none;font-size:13px}
a{color:var(--ride-text);text-underline-offset:2px}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:4px}
section:focus{outline:none}
main{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));gap:16px}
section{display:flex;flex-direction:column;min-width:0;padding:16px 18px 12px;background:var(--card);border:1px solid var(--edge);border-radius:10px;scroll-margin-top:12px}
section>header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:4px 16px;margin-bottom:10px}
h2{font-size:17px;line-height:1.3;overflow-wrap:anywhere}
header p,.note,.notes{font-size:13px;color:var(--muted)}
.legend{display:flex;flex-wrap:wrap;gap:2px 12px;padding:0;list-style:none;font-size:12px;color:var(--muted)}
.legend i,.latest i{display:inline-block;width:10px;height:10px;margin-right:5px;border-radius:3px}
.latest i{border-radius:50%;width:9px;height:9px;margin-right:7px}
.not-yet{padding:28px 12px;margin:auto 0;text-align:center;color:var(--muted)}
svg{display:block;max-width:100%}
svg.plot,svg.routes,svg.heatmap{width:100%;height:auto;overflow:visible}
svg.heatmap{overflow:hidden}
.plot{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--muted);color:var(--muted)}
.plot text{white-space:pre}
.plot [stroke-opacity="0.1"]{stroke:var(--grid);stroke-opacity:1}
.middle,.narrow{display:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(146px,1fr));gap:14px 20px}
.tiles dt{font-size:13px;color:var(--muted)}
.tiles b{font-size:27px;line-height:1.25;font-weight:700;letter-spacing:-.01em}
.tiles small{font-size:14px;color:var(--muted)}
.tiles .up>span{color:var(--up-text)}
.tiles .down>span{color:var(--accent-text)}
.switch input{position:absolute;opacity:0}
.switch label{display:inline-block;padding:2px 10px;font-size:13px;border:1px solid var(--edge);color:var(--muted);cursor:pointer}
.switch label:first-of-type{border-radius:6px 0 0 6px}
.switch label:last-of-type{border-radius:0 6px 6px 0;border-left:0}
.switch input:checked+label{background:var(--text);color:var(--card);border-color:var(--text)}
.switch input:focus-visible+label{outline:2px solid var(--focus);outline-offset:2px}
.switch .shown1,.switch:has(#weekly-1:checked) .shown0{display:none}
.switch:has(#weekly-1:checked) .shown1{display:block}
.year{margin-bottom:8px}
.year h3{font-size:13px;line-height:1.3;font-weight:600}
.calendar .idle{fill:var(--idle)}
.map{border-radius:6px;overflow:hidden;margin-bottom:4px}
.heatmap rect{fill:var(--night)}
.heatmap g{fill:none;stroke:#ff7a33;stroke-width:1;stroke-linejoin:round}
.heatmap .few path{stroke-opacity:.8;stroke-width:1.5}
.heatmap .some path{stroke-opacity:.42}
.heatmap .many path{stroke-opacity:.22}
path.scale{fill:none;stroke:#d7d9dc;stroke-width:1.25}
text.scale{fill:#e8e9eb;font:11px system-ui,sans-serif}
.routes path{fill:none;stroke-width:1.5;stroke-linejoin:round;stroke-linecap:round}
.samples .grid{stroke:var(--grid)}
.samples .axis path{stroke:var(--muted)}
.samples .line{fill:none;stroke-width:1.5;stroke-linejoin:round}
.samples .line.ground{stroke:var(--ground)}
.samples .area{fill:var(--ground);fill-opacity:.45}
.samples .name{fill:var(--text);font-weight:600}
.samples .unit{fill:var(--muted);font-weight:400}
.streams{position:relative}
.cross{position:absolute;inset:0;cursor:crosshair;touch-action:pan-y}
.cross i{position:absolute;top:0;bottom:20px;width:1px;background:var(--text);visibility:hidden}
.cross output{position:absolute;top:4px;margin-left:8px;padding:5px 9px;font-size:12px;line-height:1.5;white-space:nowrap;background:var(--card);border:1px solid var(--edge);border-radius:6px;visibility:hidden;pointer-events:none}
.cross output span{display:block}
.cross output span:first-child{font-weight:700}
.cross output.west{transform:translateX(calc(-100% - 16px))}
.cross.on i,.cross.on output{visibility:visible}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;font-size:13px;color:var(--muted);padding:4px 0}
th,td{padding:5px 8px 5px 0;text-align:right;font-weight:400;border-bottom:1px solid var(--edge);white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
th:first-child,td:first-child{text-align:left}
thead th{color:var(--muted);font-size:12.5px}
tfoot th,tfoot td{font-weight:600;border-bottom:0}
abbr{text-decoration:underline dotted;text-underline-offset:2px}
.latest th:nth-child(2){text-align:left;white-space:normal;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
.bar{width:100%;min-width:70px;height:8px;border-radius:4px;background:var(--idle)}
.bar .here{fill:var(--swim)}
.bar .absent,.bar .skipped,.bar .purged{fill:var(--line-3)}
.bar .quarantined{fill:var(--accent)}
.bar .toFetch{fill:var(--idle)}
.notes{margin-top:10px;padding-left:18px}
details{margin-top:auto;padding-top:8px;font-size:13px;color:var(--muted)}
summary{cursor:pointer;width:max-content}
details .scroll{max-height:340px;overflow:auto;color:var(--text)}
details.more{margin-top:0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{margin-top:20px;font-size:13px;color:var(--muted)}
code{font-size:.95em;white-space:nowrap}
${colored}
@media (max-width:1000px){main{grid-auto-flow:dense}.span4,.span5,.span7{grid-column:span 6}.span8,#latest,#data{grid-column:span 12}.wide:has(+.middle){display:none}.middle{display:block}}
@media (max-width:840px){.span7{grid-column:span 12}.span5 .wide{display:none}.span5 .narrow{display:block}}
@media (max-width:720px){.span4 .plot,.span4 text.scale{font-size:12.5px}}
@media (max-width:640px){
body{padding:16px 12px 32px}
main{gap:12px}
main>section[data-panel]{grid-column:span 12;padding:14px 14px 10px}
.wide,.middle{display:none}
.narrow{display:block}
.second{display:none}
.tiles{grid-template-columns:1fr 1fr}
}
@media print{
:root{color-scheme:light;${variables(light)}}
body{max-width:none;padding:0;background:none;font-size:12px}
nav,.skip,.cross,.switch label,section>details:not(.more),.with-script{display:none!important}
.switch .shown1{display:block}
main{gap:10px}
section{break-inside:avoid;border-color:#ccc}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`
