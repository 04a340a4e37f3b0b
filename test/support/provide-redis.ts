import { execFileSync, spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a real Redis that all tests share; each test uses its own keys. */
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

/** Installs Debian's package where it is missing and the user may. */
function installRedis(): void {
  if (hasRedis()) return;
  try {
    install();
  } catch {
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' });
      install();
    } catch {
      // The error below reports it.
    }
  }
  if (!hasRedis()) {
    throw new Error(
      'the tests need redis-server on the PATH: install the package redis-server (Debian, Ubuntu)',
    );
  }
}

/** Runs once before all tests: provides the Redis of REDIS_URL, or starts one. */
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
