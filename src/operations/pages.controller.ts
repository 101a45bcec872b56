import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Dialect, FailureError, PUBLIC_URL, Public, prefers, prefixOf, varyByAccept } from '../http/index.js';
import { frontPage, problemsPage, relationsPage } from './lists.pages.js';
import { htmlOf, ICON, type Page, paragraph } from './page.js';
import { type JudgedUri, REDIRECT_URI_CORPUS } from './redirect-uri.corpus.js';
import { redirectUrisPage } from './redirect-uris.page.js';

/** Injection token of all published APIs, the admin API included. */
export const DIALECTS = Symbol('Dialects');

const HTML = 'text/html; charset=utf-8';

/** The pages that link relations and error types point to. They are made from the same tables as the answers. */
@Controller()
export class PagesController {
  private readonly prefix: string;

  constructor(
    @Inject(DIALECTS) private readonly dialects: readonly Dialect[],
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {
    this.prefix = prefixOf(publicUrl);
  }

  /** A browser also gets this page at the entry point, where programs get JSON. */
  @Get(['doc', 'doc/*'])
  @Public()
  @Header('content-type', HTML)
  front(@Param('*') rest: string | undefined, @Res({ passthrough: true }) reply: FastifyReply): string {
    if (rest) return noSuchPage();
    varyByAccept(reply);
    return this.html(frontPage(this.dialects, this.publicUrl, this.prefix));
  }

  @Get(['doc/errors', 'doc/errors/*'])
  @Public()
  @Header('content-type', HTML)
  error(@Param('*') slug?: string): string {
    if (!slug) return this.html(problemsPage(this.dialects, this.prefix));
    const found = this.dialects.flatMap((dialect) => dialect.errorPages).find((each) => each.slug === slug);
    if (!found) return noSuchPage();
    return this.html({ about: 'Problem', title: found.title, content: paragraph(found.text) });
  }

  /** Names of relations contain slashes, which may come percent-encoded. */
  @Get(['doc/rel', 'doc/rel/*'])
  @Public()
  @Header('content-type', HTML)
  relation(@Param('*') name?: string): string {
    const relations = this.dialects.flatMap((dialect) => Object.entries(dialect.relations ?? {}));
    if (!name) return this.html(relationsPage(relations, this.prefix));
    const found = relations.find(([known]) => known === name);
    if (!found) return noSuchPage();
    return this.html({ about: 'Link relation', title: name, content: paragraph(found[1]) });
  }

  /** A page for people. Programs, which prefer JSON to HTML, get the data itself. */
  @Get('doc/redirect-uris')
  @Public()
  redirectUris(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | readonly JudgedUri[] {
    varyByAccept(reply);
    if (prefers(accept, 'application/json', 'text/html')) return REDIRECT_URI_CORPUS;
    reply.type(HTML);
    return this.html(redirectUrisPage(REDIRECT_URI_CORPUS));
  }

  /** Browsers request it by themselves. */
  @Get('favicon.ico')
  @Public()
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=86400')
  icon(): string {
    return ICON;
  }

  private html(page: Page): string {
    return htmlOf(page, this.prefix);
  }
}

function noSuchPage(): never {
  throw new FailureError({ kind: 'route_not_found' });
}
