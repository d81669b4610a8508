// The entry: puts the page together.

import './page.css';
import './panel.css';
import './search.css';
import './filter.css';
import './list.css';
import './legend.css';
import './ask.css';
import './rows.css';
import './draw.css';
import './panels/states.css';
import './settings/settings.css';
import './touch.css';
import './take.css';
import './print.css';
import './strip.css';
import './compare.css';
import { App } from './app';
import { speak } from './settings/speech';
import { Store } from './state/store';

const panel = document.getElementById('panel');
const map = document.getElementById('map');
if (!panel || !map) throw new Error('index.html has no #panel and #map');

const store = new Store();
await speak(store);
// `?inspect` hands the map to browser tests and to the curious; it changes nothing else.
const inspected = new URLSearchParams(location.search).has('inspect');
new App(store, panel, map, inspected ? (opened) => { Object.assign(window, { bordermap: { map: opened } }); } : undefined).start();
