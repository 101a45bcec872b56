import path from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';

/** The folder that pictures go to; unset: none are taken. */
const { SCREENSHOTS } = process.env;
/** Nothing has to be scrolled while pictures are taken: what moves would be off them. */
const TALL = { width: 1000, height: 3000 };
const TIMEOUT_MS = 30_000;

/** What a page shows as the answer to a request. */
interface Shown {
  readonly status: number;
  /** The body as JSON; undefined when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

/** What has been typed, or proposed, for a parameter. */
type Filled = Readonly<Record<string, string>>;

/** A page of Swagger UI, used as people use it: by what can be seen, clicked and typed. */
export class SwaggerPage {
  private constructor(private readonly page: Page) {}

  static open(context: BrowserContext, url: string): Promise<SwaggerPage> {
    return SwaggerPage.goTo(context, url, 'load');
  }

  /** Opens a page only to follow a link of it. */
  static begin(context: BrowserContext, url: string): Promise<SwaggerPage> {
    return SwaggerPage.goTo(context, url, 'commit');
  }

  private static async goTo(context: BrowserContext, url: string, waitUntil: 'load' | 'commit'): Promise<SwaggerPage> {
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    if (SCREENSHOTS) await page.setViewportSize(TALL);
    await page.goto(url, { waitUntil });
    return new SwaggerPage(page);
  }

  /** Without the operation that it names while one is unfolded. */
  get url(): string {
    return this.page.url().replace(/#.*/, '');
  }

  /** How wide it is on a phone of this size, also where that cannot be seen without moving it. */
  async widthOnPhone(width: number, height: number): Promise<number> {
    const devTools = await this.page.context().newCDPSession(this.page);
    // What `isMobile` does, for a page that is there.
    await devTools.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: true });
    return this.page.locator('html').evaluate(({ scrollWidth }: { scrollWidth: number }) => scrollWidth);
  }

  /** Follows a link above the operations. */
  async follow(name: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  }

  async authorize(key: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Authorize' }).click();
    const form = this.page.locator('.dialog-ux form', { hasText: 'x-api-key' });
    await form.getByLabel('Value:').fill(key);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
    await picture('authorise', this.page.locator('.modal-ux'));
    await form.getByRole('button', { name: 'Close' }).click();
  }

  /** An operation, unfolded; the others are folded, which makes the page quick. */
  async operation(method: string, route: string): Promise<SwaggerOperation> {
    const block = this.page.locator(`.opblock-${method.toLowerCase()}`, {
      has: this.page.locator(`[data-path="${route}"]`),
    });
    // A page behind another one draws only now and then, and every click waits for that.
    await this.page.bringToFront();
    const summary = '.opblock-summary-control';
    const open = this.page.locator('.opblock.is-open');
    if ((await block.and(open).count()) === 0) {
      for (const other of await open.locator(summary).all()) await other.click();
      await block.locator(summary).click();
    }
    await block.locator('.responses-wrapper').waitFor();
    return new SwaggerOperation(block);
  }
}

class SwaggerOperation {
  constructor(private readonly block: Locator) {}

  async fill(parameter: string, value: string): Promise<void> {
    await this.block.locator(`[data-param-name="${parameter}"]`).getByRole('textbox').fill(value);
  }

  /** The parameters, with what the page proposes for them. */
  async parameters(): Promise<Filled> {
    const rows = await this.block.locator('.parameters tr[data-param-name]').all();
    const filled = await Promise.all(
      rows.map(async (row) => [
        await row.getAttribute('data-param-name'),
        await row.locator('input, select').first().inputValue(),
      ]),
    );
    return Object.fromEntries(filled);
  }

  /** Whether it can be tried out on the page. */
  async canExecute(): Promise<boolean> {
    return (await this.executeButton.count()) > 0;
  }

  /** Presses the button, whether the page then asks the server or misses something. */
  async press(): Promise<void> {
    await this.executeButton.click();
    await this.block.locator('.invalid, .live-responses-table .response').first().waitFor();
  }

  /** How an operation can fail, one line each. */
  async failures(): Promise<string[]> {
    return this.block.locator('.folded .response-col_status').allInnerTexts();
  }

  /** The example that a line of these unfolds. */
  async unfold(status: number): Promise<string> {
    await this.block.locator(`.folded[data-code="${status}"]`).getByRole('button').click();
    return this.block.locator('.unfolded .example').innerText();
  }

  /** What the page proposes as the body, or what has been written since. */
  body(): Promise<string> {
    return this.bodyField.inputValue();
  }

  async write(body: string): Promise<void> {
    await this.bodyField.fill(body);
  }

  /** Sends the request, and reads the answer. With a name, a picture is taken of it. */
  async execute(name?: string): Promise<Shown> {
    // An answer from before would be taken for the one to this request.
    const clear = this.block.getByRole('button', { name: 'Clear' });
    if (await clear.isVisible()) await clear.click();
    await this.executeButton.click();
    const answer = this.block.locator('.live-responses-table .response');
    const status = Number((await answer.locator('.response-col_status').innerText()).split('\n')[0]);
    const shown = answer.locator('.highlight-code');
    const hasBody = await shown.isVisible();
    const body = hasBody ? parsed(await shown.locator('code').innerText()) : undefined;
    if (name)
      await picture(name, this.block.getByText('Server response'), hasBody ? shown : answer.locator('pre').first());
    return { status, body };
  }

  /** A picture of what is going to be sent. */
  async pictureOfRequest(name: string): Promise<void> {
    await picture(name, this.block.locator('.opblock-summary'), this.executeButton);
  }

  private get bodyField(): Locator {
    return this.block.locator('textarea.body-param__text');
  }

  private get executeButton(): Locator {
    return this.block.getByRole('button', { name: 'Execute' });
  }
}

/** Lines of JSON are a list. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }
}

/** From the first element to the last; no secret can be read on it. */
async function picture(name: string, first: Locator, last = first): Promise<void> {
  if (!SCREENSHOTS) return;
  const page = first.page();
  await page.locator('code span', { hasText: 'cls_' }).evaluateAll((spans: { textContent: string | null }[]) => {
    for (const span of spans) span.textContent = '"cls_…"';
  });
  // Waits until it no longer moves.
  await last.scrollIntoViewIfNeeded();
  const [from, to] = [(await first.boundingBox())!, (await last.boundingBox())!];
  await page.screenshot({
    path: path.join(SCREENSHOTS, `${name}.png`),
    clip: { x: from.x, y: from.y, width: from.width, height: to.y + to.height - from.y },
  });
}
