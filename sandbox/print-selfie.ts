import { selfieBase64 } from './lib/selfie.ts';

/* `npm run --silent selfie`: a generated selfie in base64, for the forms of creation that need one. */
console.log(selfieBase64());
