// What our scripts know of a page and the type checker does not: the elements that they look up are HTML elements.

interface Element {
  readonly dataset: DOMStringMap;
  focus(): void;
  lang: string;
  name?: string;
  hash?: string;
  hidden?: any;
}

interface Node {
  readonly host?: Element;
}

declare const COLOURS: { light: string, dark: string }; // declarations of custom properties, as CHAT
declare const CHAT: string | null; // where the bubble finds a chat, from widget.js or absolute
declare const mount: (home: Element, recording: ArrayBuffer | Uint8Array, options?: object) => any; // in a notebook: the bundle's
