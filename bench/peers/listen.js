/** Listens on a free port, and prints the URL as a line of JSON. */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
  });
}
