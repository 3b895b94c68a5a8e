// A button that puts data.text onto the clipboard, and says so.

async function copy(text, home) {
  if (navigator.clipboard?.writeText) return navigator.clipboard.writeText(text);
  const place = document.createElement("textarea"); // pages that are not served over https have no clipboard
  place.value = text;
  home.append(place);
  place.select();
  const done = document.execCommand("copy");
  place.remove();
  if (!done) throw new Error("the browser does not let this page copy");
}

export default function show({ data, parentElement }) {
  const button = parentElement.querySelector("button"), said = parentElement.querySelector("[role=status]");
  button.onclick = async () => {
    said.textContent = "";
    try {
      await copy(data.text, parentElement);
      said.textContent = "Copied. Paste it into your post.";
    } catch (error) {
      said.textContent = `Nothing was copied: ${error.message}.`;
    }
  };
}
