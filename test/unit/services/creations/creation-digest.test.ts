import { describe, expect, test } from 'vitest';
import { toProcessCreation } from '../../../../src/graphql/resolvers/creation-input.ts';
import { digestOfCreation } from '../../../../src/services/creations/creation-digest.ts';
import { CREATION_DIGESTS } from '../../../fixtures/creation-digests.ts';

describe('digestOfCreation', () => {
  test.each(CREATION_DIGESTS)('the digest of an input never changes: $title', ({ input, digest }) => {
    expect(digestOfCreation(toProcessCreation(input))).toBe(digest);
  });
});
