/** Listens on any free port, and tells where in a line of JSON. */
export function listen(server) {
  server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
  });
}
