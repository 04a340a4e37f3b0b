/*
 * Runs before `npm start` and the like, in whatever Node there is, so in a language that each of them knows. The project's own
 * Node is the package `node`, whose installation is a script: npm does not run it with `ignore-scripts`.
 */

const { engines } = require('../package.json');

const required = Number(engines.node.replace(/\D/g, ''));
const found = Number(process.versions.node.split('.')[0]);

if (found < required) {
  console.error(
    `expected Node ${required}, got Node ${found}: npm has not run the script that installs the project's own Node. ` +
      'Run `npm rebuild node --ignore-scripts=false`, and try again.',
  );
  process.exit(1);
}
