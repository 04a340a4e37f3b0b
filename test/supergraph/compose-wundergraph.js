// node compose-wundergraph.js <folder of subgraphs>: prints the graph of WunderGraph's CLI (Cosmo).
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WGC = fileURLToPath(new URL('./node_modules/wgc/dist/src/index.js', import.meta.url));
const folder = process.argv[2];
const input = join(folder, 'graph.yaml');
const output = join(folder, 'router.json');

const subgraphs = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => ({
    name: file.replace('.graphql', ''),
    routing_url: `http://${file}.invalid/`,
    schema: { file },
  }));
// JSON is YAML.
writeFileSync(input, JSON.stringify({ version: 1, subgraphs }));

try {
  execFileSync(process.execPath, [WGC, 'router', 'compose', '-i', input, '-o', output], {
    encoding: 'utf8',
    // These variables switch off telemetry and update checks; its folder in HOME goes to the temporary folder.
    env: { ...process.env, DO_NOT_TRACK: '1', DISABLE_UPDATE_CHECK: 'true', HOME: folder, NO_COLOR: '1' },
  });
  process.stdout.write(JSON.parse(readFileSync(output, 'utf8')).engineConfig.graphqlSchema);
} catch (error) {
  console.error(`${error.message}\n${error.stdout ?? ''}`);
  process.exitCode = 1;
}
