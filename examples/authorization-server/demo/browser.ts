import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser as Chromium, chromium } from 'playwright-core';
import { DEMO_USER } from '../users.js';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const TIMEOUT_MS = 15_000;

export interface Browser {
  /** Somebody opens the application and logs in, if they are let. Answers what the last page says. */
  logIn(url: string): Promise<string>;
  close(): Promise<void>;
  /** Absent where requests stand in for a browser. */
  readonly version?: string;
}

/** The machine's Chromium or Chrome, headless; undefined = there is none. */
export async function openBrowser(): Promise<Browser | undefined> {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  const places = PATH.split(path.delimiter).flatMap((folder) => COMMANDS.map((command) => path.join(folder, command)));
  const executablePath = CHROMIUM_PATH || places.find(existsSync);
  try {
    const browser = await chromium.launch({
      // Elsewhere than on Linux it is not on the path; Playwright knows where.
      ...(executablePath ? { executablePath } : { channel: 'chrome' }),
      chromiumSandbox: process.getuid?.() !== 0,
    });
    return { logIn: (url) => logInWith(browser, url), close: () => browser.close(), version: browser.version() };
  } catch (error) {
    if (executablePath) throw error;
    return undefined;
  }
}

/** With a fresh browser. */
async function logInWith(browser: Chromium, url: string): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.goto(url);
    const userName = page.getByLabel('User name');
    // Whoever is refused is shown a page without a form.
    if ((await userName.count()) === 0) return await page.locator('body').innerText();
    await userName.fill(DEMO_USER.username);
    await page.getByLabel('Password').fill(DEMO_USER.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL((at) => at.origin === new URL(url).origin);
    return await page.locator('body').innerText();
  } finally {
    await context.close();
  }
}

/** The same without a browser: requests, redirects and cookies. */
export const noBrowser: Browser = {
  async logIn(url) {
    const cookies = new Map<string, string>();
    const visit = async (
      target: string | URL,
      request: RequestInit = {},
    ): Promise<{ at: string | URL; ok: boolean; text: string }> => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(target, { ...request, redirect: 'manual', headers: { cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        cookies.set(name!, value!);
      }
      const location = answer.headers.get('location');
      return location ? visit(new URL(location, target)) : { at: target, ok: answer.ok, text: await answer.text() };
    };
    const first = await visit(url);
    if (!first.ok) return first.text;
    const { text } = await visit(first.at, { method: 'POST', body: new URLSearchParams(DEMO_USER) });
    return text;
  },
  close: async () => {},
};
