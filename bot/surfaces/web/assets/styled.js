// A style sheet, loaded before what needs it.

export function styled(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: () => reject(new Error(`no style sheet at ${href}`)) });
    document.head.append(link);
  });
}
