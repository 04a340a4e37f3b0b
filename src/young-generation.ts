import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 make every object in the young generation. It otherwise moves what it once saw survive (promises and frames of a
 * page that waits for Unico) to the old one at birth, where a dead one holds its whole dead page until the next full
 * collection, and each small collection copies those pages: decision 0029. To be called before there is any work.
 */
export function makeAllYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
