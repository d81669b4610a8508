// Fetches what the map needs and nothing else does: its library, which is most of the page's code, and that library's style.

import styleUrl from 'maplibre-gl/dist/maplibre-gl.css?url';

/** Rejects where either cannot be fetched; asked again, it tries again. */
export async function fetchMapSide(): Promise<typeof import('./mapside')> {
  const [side] = await Promise.all([import('./mapside'), styled()]);
  return side;
}

/** Puts the library's style before the page's own, which overrules it. */
function styled(): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL(styleUrl, import.meta.url).href;
  return new Promise((resolve, reject) => {
    link.onload = () => { resolve(); };
    link.onerror = () => {
      link.remove();
      reject(new Error(styleUrl));
    };
    document.head.querySelector('link[rel="stylesheet"], style')?.before(link);
    if (!link.isConnected) document.head.append(link);
  });
}
