import { execFileSync, spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Redis that all tests share: each has names of its own in it. */
    redisUrl: string;
  }
}

function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

function install(): void {
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Installs Debian's package where that is possible, which needs to be done once on a machine. */
function installRedis(): void {
  if (hasRedis()) return;
  try {
    install();
  } catch {
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' });
      install();
    } catch {
      // It is told below.
    }
  }
  if (!hasRedis()) {
    throw new Error(
      'the tests need redis-server on the PATH: install the package redis-server (Debian, Ubuntu)',
    );
  }
}

/** Runs once before all tests: REDIS_URL names a Redis to use, else one is started for them. */
export default async function provideRedis(project: TestProject): Promise<() => Promise<void>> {
  installRedis();
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '') {
    project.provide('redisUrl', given);
    return async () => {};
  }
  const redis = await startRedis();
  project.provide('redisUrl', redis.url);
  return () => redis.close();
}
