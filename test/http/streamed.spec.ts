import { once } from 'node:events';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { Controller, Get, Module, Req } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { BatchingAdapter } from '../../src/http/response-batching.js';
import { streamed } from '../../src/http/streamed.js';

let made: string[];
let isOver: boolean;
let failsAt: string | undefined;

async function* pieces(): AsyncGenerator<string, void> {
  try {
    for (const piece of ['one,', 'two,', 'three']) {
      if (piece === failsAt) throw new Error('the store is away');
      made.push(piece);
      yield piece;
    }
  } finally {
    isOver = true;
  }
}

@Controller()
class PiecesController {
  @Get()
  read(@Req() request: FastifyRequest) {
    return streamed(request, pieces());
  }
}

@Module({ controllers: [PiecesController] })
class PiecesModule {}

describe('an answer that is written piece by piece', () => {
  let app: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    app = await NestFactory.create(PiecesModule, new BatchingAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    made = [];
    isOver = false;
    failsAt = undefined;
  });

  it('has all of them', async () => {
    expect(await (await fetch(url)).text()).toBe('one,two,three');
  });

  it('is an error when the first fails', async () => {
    failsAt = 'one,';
    expect((await fetch(url)).status).toBe(500);
  });

  it('is cut off when a later one fails, and never looks complete', async () => {
    failsAt = 'three';
    const answer = fetch(url).then((response) => response.text());
    await expect(answer).rejects.toThrow();
    expect([made, isOver]).toEqual([['one,', 'two,'], true]);
  });

  it('takes no more than the first for a HEAD', async () => {
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    expect([made, isOver]).toEqual([['one,'], true]);
  });

  it('ends its pieces also when the caller is gone before anything was sent', async () => {
    const answer = await streamed({ method: 'GET' } as FastifyRequest, pieces());
    answer.destroy();
    await once(answer, 'close');
    await endOfTurn();
    expect([made, isOver]).toEqual([['one,'], true]);
  });
});
