// The map of the list, and sorting by distance. Both are extras: the list is whole without them. Nothing is sent anywhere;
// the outlines come from this site when the map is opened.
(() => {
  "use strict";
  const results = document.querySelector("[data-places]");
  const tools = results?.querySelector("[data-tools]");
  if (!tools) return;
  tools.hidden = false;
  const rows = [...results.querySelectorAll("[data-place]")];
  const points = JSON.parse(results.dataset.points);
  const middle = JSON.parse(results.dataset.middle);

  // --- Distance from me: worked out here ---------------------------------------------------------------------------
  const nearMe = tools.querySelector("[data-near-me]");
  const said = tools.querySelector("[data-near-status]");
  const km = ([lat1, lon1], [lat2, lon2]) => {
    const rad = Math.PI / 180;
    const half = Math.sin((lat2 - lat1) * rad / 2) ** 2
      + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin((lon2 - lon1) * rad / 2) ** 2;
    return 12742 * Math.asin(Math.min(1, Math.sqrt(half)));
  };
  const pinsOf = (row) => row.dataset.pins.trim().split(/\s+/).filter(Boolean).map((pin) => pin.split(",").map(Number));
  if (!("geolocation" in navigator)) nearMe.hidden = tools.querySelector("[data-near-note]").hidden = true;
  nearMe.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const here = [coords.latitude, coords.longitude];
      const number = new Intl.NumberFormat(document.documentElement.lang);
      const measured = rows.map((row) => [row, Math.min(Infinity, ...pinsOf(row).map((pin) => km(here, pin)))]);
      if (!measured.some(([, distance]) => Number.isFinite(distance))) {
        said.textContent = said.dataset.none;
        return;
      }
      measured.sort((one, other) => one[1] - other[1]);
      const list = results.querySelector("[data-list]");
      for (const [row, distance] of measured) {
        const shown = row.querySelector("[data-distance]");
        shown.hidden = !Number.isFinite(distance);
        if (!shown.hidden) shown.textContent = " " + said.dataset.far.replace("%s", number.format(Math.max(2, Math.round(distance))));
        list.append(row);
      }
      said.textContent = said.dataset.done;
    }, () => { said.textContent = said.dataset.failed; }, { maximumAge: 600000, timeout: 15000 });
  });

  // --- Map -----------------------------------------------------------------------------------------------------------
  const opener = tools.querySelector("[data-map-open]");
  const box = results.querySelector("[data-map-box]");
  const stage = box.querySelector("[data-map-stage]");
  const status = box.querySelector("[data-map-status]");
  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 960, HEIGHT = 480, CLOSE = 34, MOST = 60;
  let view = null, land = null, svg = null, marks = null, before = null;

  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent?.append(element);
    return element;
  };
  const place = ([lat, lon]) => [(lon + 180) / 360 * WIDTH, (90 - lat) / 180 * HEIGHT];

  // TopoJSON to paths: arcs are sums of small steps, shared between neighbours; a negative number is an arc read backwards.
  const outlines = (topology) => {
    const { scale, translate } = topology.transform;
    const arcs = topology.arcs.map((arc) => {
      let x = 0, y = 0;
      return arc.map(([dx, dy]) => {
        x += dx; y += dy;
        return place([y * scale[1] + translate[1], x * scale[0] + translate[0]]);
      });
    });
    const ring = (numbers) => numbers.flatMap((n, i) => {
      const arc = n < 0 ? [...arcs[~n]].reverse() : arcs[n];
      return i ? arc.slice(1) : arc;
    });
    const path = (rings) => rings.map((one) => {
      let text = "", last = null;
      for (const [x, y] of ring(one)) { // a line that jumps round the world is lifted, not drawn
        text += `${last === null || Math.abs(x - last) > WIDTH / 2 ? "M" : "L"}${x.toFixed(2)} ${y.toFixed(2)}`;
        last = x;
      }
      return text;
    }).join("");
    return topology.objects.countries.geometries.map((shape) =>
      (shape.type === "Polygon" ? [shape.arcs] : shape.arcs || []).map(path).join(""));
  };

  const fit = () => {
    const spots = points.map(place);
    if (middle) spots.push(place(middle));
    if (!spots.length) return { x: 0, y: 0, size: 1 };
    const xs = spots.map(([x]) => x), ys = spots.map(([, y]) => y);
    const width = Math.max(Math.max(...xs) - Math.min(...xs), 16) * 1.3;
    const height = Math.max(Math.max(...ys) - Math.min(...ys), 8) * 1.3;
    const size = Math.min(MOST, Math.max(1, Math.min(WIDTH / width, HEIGHT / height)));
    return centre((Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2, size);
  };
  const centre = (x, y, size) => ({ x: x - WIDTH / size / 2, y: y - HEIGHT / size / 2, size });
  const held = (next) => {
    const size = Math.min(MOST, Math.max(1, next.size));
    const clamp = (value, most) => Math.min(Math.max(value, 0), Math.max(0, most));
    return { size, x: clamp(next.x, WIDTH - WIDTH / size), y: clamp(next.y, HEIGHT - HEIGHT / size) };
  };
  const look = (next) => { view = held(next); draw(); };
  const zoom = (factor) => look(centre(view.x + WIDTH / view.size / 2, view.y + HEIGHT / view.size / 2, view.size * factor));
  const move = (dx, dy) => look({ ...view, x: view.x + dx * WIDTH / view.size, y: view.y + dy * HEIGHT / view.size });

  const groups = () => {
    const near = CLOSE / scale();
    const found = [];
    for (const point of points) {
      const [x, y] = place(point);
      let group = found.find((other) => other.wide === point[5] && Math.hypot(other.x - x, other.y - y) < near);
      if (!group) found.push(group = { x, y, count: 0, here: new Set(), page: point[4], wide: point[5] });
      group.count += point[2];
      point[3].forEach((index) => group.here.add(index));
    }
    return found;
  };
  const scale = () => Math.min(stage.clientWidth / WIDTH, stage.clientHeight / HEIGHT) * view.size || 1; // pixels per unit

  const draw = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${WIDTH / view.size} ${HEIGHT / view.size}`);
    const focused = document.activeElement?.dataset?.mark;
    marks.replaceChildren();
    const unit = 1 / scale();
    groups().forEach((group, index) => {
      const words = (group.count === 1 ? stage.dataset.one : stage.dataset.many).replace("%n", group.count);
      const names = [...group.here].slice(0, 3).map((n) => rows[n]?.querySelector("a").textContent).filter(Boolean);
      const mark = make("g", {
        class: group.wide ? "map__mark map__mark--wide" : "map__mark", tabindex: 0, role: "button", "data-mark": index, "aria-label": [words, group.wide ? stage.dataset.wide : "", ...names].filter(Boolean).join(", "),
        transform: `translate(${group.x} ${group.y}) scale(${unit})`,
      }, marks);
      make("circle", { r: group.count > 1 ? 15 : 11 }, mark);
      if (group.count > 1) make("text", { "aria-hidden": "true" }, mark).textContent = group.count;
      mark.addEventListener("click", () => choose(group));
      mark.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        event.stopPropagation();
        choose(group);
      });
    });
    if (focused) marks.querySelector(`[data-mark="${focused}"]`)?.focus();
  };

  const choose = (group) => {
    rows.forEach((row, index) => row.classList.toggle("is-marked", group.here.has(index)));
    const first = rows[[...group.here].sort((a, b) => a - b)[0]];
    if (first) {
      status.textContent = "";
      first.scrollIntoView({ block: "center" });
      first.focus({ preventScroll: true });
    } else status.textContent = status.dataset.elsewhere.replace("%p", group.page);
  };

  const begin = async () => {
    const answer = await fetch(opener.dataset.map, { credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error("no outlines");
    land = outlines(await answer.json());
    svg = make("svg", { preserveAspectRatio: "xMidYMid meet", focusable: "false" }, stage);
    land.forEach((d) => make("path", { class: "map__land", d }, svg));
    marks = make("g", {}, svg);
    look(fit());
  };

  opener.addEventListener("click", async () => {
    box.hidden = !box.hidden;
    opener.setAttribute("aria-expanded", String(!box.hidden));
    if (box.hidden) return;
    try {
      await (before ??= begin());
      draw();
    } catch {
      before = null;
      status.textContent = status.dataset.failed;
    }
  });
  const whenDrawn = (act) => () => { if (view) act(); };
  box.querySelector("[data-map-in]").addEventListener("click", whenDrawn(() => zoom(1.7)));
  box.querySelector("[data-map-out]").addEventListener("click", whenDrawn(() => zoom(1 / 1.7)));
  box.querySelector("[data-map-all]").addEventListener("click", whenDrawn(() => look(fit())));
  const KEYS = {
    ArrowLeft: () => move(-0.2, 0), ArrowRight: () => move(0.2, 0), ArrowUp: () => move(0, -0.2), ArrowDown: () => move(0, 0.2),
    "+": () => zoom(1.7), "=": () => zoom(1.7), "-": () => zoom(1 / 1.7), 0: () => look(fit()),
  };
  stage.addEventListener("keydown", (event) => {
    if (!view || !KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  let drag = null;
  stage.addEventListener("pointerdown", (event) => {
    if (view && !event.target.closest(".map__mark")) drag = { x: event.clientX, y: event.clientY, view };
  });
  stage.addEventListener("pointermove", (event) => {
    if (drag) look({ ...drag.view, x: drag.view.x - (event.clientX - drag.x) / scale(), y: drag.view.y - (event.clientY - drag.y) / scale() });
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) stage.addEventListener(end, () => { drag = null; });
  addEventListener("resize", () => { if (view && !box.hidden) draw(); });
})();
