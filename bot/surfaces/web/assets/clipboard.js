// Texts onto the clipboard, also where they are still on their way: the browser's permission ends with the key press.

/** Copy what `forms` promises: {"text/plain": Promise<string>, "text/html"?: Promise<string>}. */
export async function copy(forms) {
  if (globalThis.ClipboardItem && navigator.clipboard?.write) {
    const blobs = Object.entries(forms).map(([type, text]) => [
      type,
      Promise.resolve(text).then((known) => new Blob([known], { type })),
    ]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  } else {
    byCommand(await forms["text/plain"]); // pages that are not served over https have no clipboard
  }
}

function byCommand(text) {
  const had = document.activeElement;
  const place = document.createElement("textarea");
  place.value = text;
  place.className = "skip";
  document.body.append(place);
  place.select();
  const done = document.execCommand("copy");
  place.remove();
  had?.focus();
  if (!done) throw new Error("the browser does not let this page copy");
}
