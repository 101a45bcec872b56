import type { App } from './app.js';
import type { Browser } from './browser.js';
import type { House } from './house.js';
import type { Report } from './report.js';

/** What every act of the demo is played on. */
export interface Scene {
  readonly report: Report;
  readonly house: House;
  readonly browser: Browser;
}

/** Two apps at which users log in, confidential and public, and a machine. */
export interface Clients {
  readonly web: App;
  readonly single: App;
  readonly machine: { readonly clientId: string; readonly clientSecret: string };
}
