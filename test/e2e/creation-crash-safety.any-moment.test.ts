import { expect, test } from 'vitest';
import {
  create,
  createWithRetries,
  onboarding,
  startBillingUpstream,
  type Attempt,
} from '../support/creation.ts';
import { deployment } from '../support/deployment.ts';
import { tempFile } from '../support/stores.ts';

/** When the program is killed after its caller has begun to ask: a creation takes some 15 ms here, the first some 150. */
const KILLED_AFTER_MS = [0, 3, 6, 9, 12, 16, 25, 60, 120];

function inputOf(key: string): object {
  return onboarding({ subject: { code: '12345678909', name: key } });
}

/** What was sent, and what its caller was told, when the program was killed. */
type Killed = { posts: number; attempt: Attempt | null };

/** What may have become of it; everything else is wrong. */
function storyOf({ posts, attempt }: Killed, now: Attempt): string {
  if (attempt !== null) return now.replayed && now.id === attempt.id ? 'what was told stands' : 'wrong';
  if (now.code === 'OUTCOME_UNKNOWN') return 'nobody knows';
  if (now.code !== null) return 'wrong';
  if (posts === 0) return now.replayed ? 'wrong' : 'sent now';
  return now.replayed ? 'done before it was told' : 'wrong';
}

test('a program that is killed at any moment of a creation, and asked again until it answers, never pays twice for it', async () => {
  const unico = await startBillingUpstream();
  const start = deployment(unico, `sqlite:${tempFile()}`, { REQUEST_TIMEOUT_MS: '3000' });
  const postsOf = (key: string): number =>
    unico.posts().filter(({ body }) => JSON.parse(body).subject.name === key).length;

  const before = new Map<string, Killed>();
  for (const ms of KILLED_AFTER_MS) {
    const { url, kill } = await start();
    // The first creation of a program takes longer than all others.
    await create(url, `warm-${ms}`);
    const key = `killed-after-${ms}`;
    const asking = create(url, key, inputOf(key)).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await kill();
    const attempt = await asking;
    before.set(key, { posts: postsOf(key), attempt });
  }

  const { url } = await start();
  const after = await Promise.all(
    [...before].map(async ([key, killed]) => {
      const now = await createWithRetries(url, key, inputOf(key));
      return { key, posts: postsOf(key), killed, story: storyOf(killed, now) };
    }),
  );
  expect(after.filter(({ posts }) => posts > 1)).toEqual([]);
  expect(after.filter(({ story }) => story === 'wrong')).toEqual([]);
}, 60_000);
