import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const { CHROMIUM_PATH, PATH = '', ProgramFiles, LOCALAPPDATA, REQUIRE_BROWSER } = process.env;
const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PLACES = [
  ...PATH.split(path.delimiter).flatMap((folder) => COMMANDS.map((command) => path.join(folder, command))),
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...[ProgramFiles, process.env['ProgramFiles(x86)'], LOCALAPPDATA].flatMap((folder) =>
    folder ? [path.join(folder, 'Google/Chrome/Application/chrome.exe')] : [],
  ),
];

/** Swagger UI makes much that is gone at once; a tenth of its time went by collecting it. */
const YOUNG_MEMORY = '--js-flags=--min-semi-space-size=64';

const executable = CHROMIUM_PATH || PLACES.find(isExecutable);

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Describes what only a browser can tell. Where there is none, one test says so; it fails if a browser is required. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (executable) {
    describe(name, tests);
    return;
  }
  const missing = 'no Chromium was found; install one (apt-get install chromium), or set CHROMIUM_PATH';
  it(`NOT COVERED: ${name}: ${missing}`, () => {
    if (REQUIRE_BROWSER) throw new Error(`REQUIRE_BROWSER is set, but ${missing}`);
  });
}

/** A headless browser. `hosts` leads a host and port to the URL that serves it, below everything that pages can see. */
export function openBrowser(hosts: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const rules = Object.entries(hosts).map(([host, url]) => `MAP ${host} 127.0.0.1:${new URL(url).port}`);
  return chromium.launch({
    executablePath: executable,
    // Chromium refuses to be sandboxed as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [YOUNG_MEMORY, ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(', ')}`] : [])],
  });
}
