// node compose-guild.js <folder of subgraphs>: what The Guild's composition (Hive) makes of them.
import { composeServices } from '@theguild/federation-composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

printComposed(composeServices(readSubgraphs(process.argv[2])));
