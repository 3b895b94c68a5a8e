// The player in a card: loaded when the reader opens that part of it, not before.

/** Show the run in the card's <details data-player data-style data-recording>; gives the player's handle, or null. */
export async function play(work, theme = "auto") {
  const stage = work.querySelector(".stage");
  const at = (name) => new URL(work.dataset[name], location.href).href;
  try {
    const parts = [import(at("player")), bytesOf(at("recording")), styled(at("style"))];
    const [{ mount }, bytes] = await Promise.all(parts);
    stage.replaceChildren();
    const handle = mount(stage, bytes, { theme }), claims = [...document.querySelectorAll("[data-about]")];
    handle.follow(claims.map((claim) => [claim, claim.dataset.about.split(" ")]));
    globalThis.player = handle; // worked.js marks its example there
    document.dispatchEvent(new Event("player"));
    return handle;
  } catch (error) {
    console.warn(String(error));
    stage.textContent = "The player could not be loaded. The whole explanation has a picture.";
    return null;
  }
}

async function bytesOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the recording is not there: ${answer.status}`);
  return answer.arrayBuffer();
}

/** The player reads its colours from its style sheet, so that must be there first. */
function styled(href) {
  return new Promise((resolve, reject) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve });
    sheet.onerror = () => reject(new Error("the style sheet is not there"));
    document.head.append(sheet);
  });
}
