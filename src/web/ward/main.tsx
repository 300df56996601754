import '../shared/tokens.css';
import '../shared/base.css';
import './layout/ward.css';
import './alerts/rows.css';
import './takeover/arrival.css';
import './acknowledge/name-choice.css';
import './layout/not-live-screen.css';
import './layout/small.css';
import './takeover/small-takeover.css';
import './takeover/alert-image.css';
import { holdWakeLock } from './connection/wake-lock.ts';
import { cachePage } from './offline/cache-page.ts';
import { runDisplay } from './run-display.ts';

const ward = decodeURIComponent(location.pathname.split('/')[2] ?? '');
const root = document.querySelector<HTMLElement>('#display') ?? document.body;
runDisplay(root, ward, () => {
  cachePage();
  holdWakeLock();
});
