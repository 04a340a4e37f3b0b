/** Prints the composed SDL, or the errors of the composition. */
export function printComposed({ supergraphSdl, errors = [] }) {
  if (supergraphSdl === undefined || errors.length > 0) {
    for (const { message } of errors) console.error(message);
    process.exitCode = 1;
  } else {
    console.log(supergraphSdl);
  }
}
