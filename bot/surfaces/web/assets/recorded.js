// On a plain file host every query leads to the same file. The page lists what else was recorded: go there, or say so.

document.addEventListener("DOMContentLoaded", () => {
  const asked = new URLSearchParams(location.search);
  const { own, recorded, live, root } = JSON.parse(document.getElementById("recorded").textContent);
  const same = (a, b) => a === b || (a !== "" && b !== "" && Number(a) === Number(b));
  const known = [...asked].filter(([name]) => Object.hasOwn(own, name)); // the rest is what forums hang onto links
  const changed = known.filter(([name, value]) => value && !same(value, String(own[name])));
  if (!changed.length) return;
  const fits = ({ settings }) =>
    Object.keys(settings).length === changed.length &&
    changed.every(([name, value]) => Object.hasOwn(settings, name) && same(value, String(settings[name])));
  const found = recorded.find(fits);
  if (found) return location.replace(root + found.path + location.hash);
  const wanted = changed.map((pair) => pair.join(" = ")).join(", ");
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = `These files hold no run with ${wanted}. Below is the run at the explanation’s own settings. `;
  if (live) {
    const link = document.createElement("a");
    link.href = `${live}?${new URLSearchParams(changed)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = `Train it with ${wanted}`;
    notice.append(link);
  }
  document.querySelector("h1").after(notice);
});
