// The fonts of the labels: shipped files that the map draws itself, so no glyph server is asked.

import arabicBold from '@fontsource/vazirmatn/files/vazirmatn-arabic-700-normal.woff2?url';
import arabic from '@fontsource/vazirmatn/files/vazirmatn-arabic-400-normal.woff2?url';
import latinBold from '@fontsource/vazirmatn/files/vazirmatn-latin-700-normal.woff2?url';
import latin from '@fontsource/vazirmatn/files/vazirmatn-latin-400-normal.woff2?url';
import latinExt from '@fontsource/vazirmatn/files/vazirmatn-latin-ext-400-normal.woff2?url';
import type { StyleSpecification } from 'maplibre-gl';

export const REGULAR = ['Vazirmatn'];
export const BOLD = ['Vazirmatn Bold'];

/** As the package's own CSS splits the family; presentation forms are what shaped Arabic is asked by. */
const ARABIC = ['U+0600-06FF', 'U+0750-077F', 'U+200C-200E', 'U+FB50-FDFF', 'U+FE70-FEFC'];
const LATIN = ['U+0000-00FF', 'U+0131', 'U+02BB-02BC', 'U+2000-200B', 'U+200F-206F', 'U+2212'];
const LATIN_EXT = ['U+0100-0130', 'U+0132-02BA', 'U+0300-036F', 'U+1E00-1EFF'];

export function fontFaces(): NonNullable<StyleSpecification['font-faces']> {
  const face = (file: string, range: string[]) => ({
    url: new URL(file, document.baseURI).href,
    'unicode-range': range,
  });
  return {
    Vazirmatn: [face(arabic, ARABIC), face(latin, LATIN), face(latinExt, LATIN_EXT)],
    // Bold is for cities and countries; the few accented capitals fall back to the regular file.
    'Vazirmatn Bold': [face(arabicBold, ARABIC), face(latinBold, LATIN), face(latinExt, LATIN_EXT)],
  };
}
