import { z } from 'zod';

/** Whether this is an e-mail address. */
export function isEmail(text: string): boolean {
  return z.email().safeParse(text).success;
}

/** What is wrong with text that `isEmail` does not accept. */
export const NO_EMAIL = 'expected an e-mail address, such as someone@example.com, got another form';
