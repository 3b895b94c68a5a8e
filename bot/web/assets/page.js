// What a page can do beyond being read: the player in place of the still picture, and copying for a forum.

const data = JSON.parse(document.getElementById("page-data").textContent);

async function play(stage) {
  const [{ mount }, response] = await Promise.all([import(data.player), fetch(data.recording)]);
  if (!response.ok) throw new Error(`the recording is not there: ${response.status}`);
  const bytes = await response.arrayBuffer();
  const place = document.createElement("div");
  const still = [...stage.children];
  stage.append(place);
  mount(place, bytes, data.shown);
  for (const element of still) element.hidden = true;
}

async function copy(text, box) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an insecure address, or a frame that may not: the old way, from the visible box
    box.focus();
    box.select();
    document.execCommand("copy");
  }
}

const stage = document.getElementById("stage");
if (stage && data.player) {
  play(stage).catch((error) => console.error("The still picture stays:", error)); // the page is whole without it
}

const button = document.getElementById("copy");
if (button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = document.getElementById("canned");
    await copy(box.value, box);
    document.getElementById("copied").textContent = "Copied.";
  });
}
