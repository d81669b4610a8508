// Lint rules: TypeScript's strict, type-aware set, and no way to put data into HTML.
import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // The API's types are written by a program.
  { ignores: ['dist', 'node_modules', 'src/api/openapi.d.ts'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: ['**/*.ts'] })),
  // How code is laid out; `npm run format` mends it. Left to whoever writes: short blocks on one line, and
  // long lists and conditions on as many lines as read best.
  stylistic.configs.customize({ semi: true, arrowParens: true, braceStyle: '1tbs' }),
  {
    rules: {
      '@stylistic/list-style': 'off',
      '@stylistic/max-statements-per-line': 'off',
      '@stylistic/multiline-ternary': 'off',
      '@stylistic/no-mixed-operators': 'off',
      '@stylistic/operator-linebreak': ['error', 'after', { overrides: { '?': 'before', ':': 'before', '|': 'before' } }],
      '@stylistic/quote-props': 'off',
      '@stylistic/quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: 'always' }],
    },
  },
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Text reaches the page through textContent only.
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({ property })),
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
);
