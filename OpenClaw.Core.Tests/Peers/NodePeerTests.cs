namespace OpenClaw.Core.Tests.Peers;

[Trait("Category", "Slow")]
public sealed class NodePeerTests
{
    [PeerFact]
    public async Task StartScriptAsync_Ready_LinesBothWays()
    {
        await using var peer = await NodePeer.StartScriptAsync("""
            import { createInterface } from 'node:readline';
            createInterface({ input: process.stdin }).on('line', line => console.log(process.env.WORD + ' ' + line));
            console.log('ready here');
            """, ("WORD", "echo"));

        Assert.Equal("here", peer.Ready);
        await peer.SendLineAsync("hello");
        Assert.Equal("echo hello", await peer.WaitForLineAsync(l => l.StartsWith("echo", StringComparison.Ordinal)));
    }

    [PeerFact]
    public async Task StartScriptAsync_Dies_SaysWhatItPrinted()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => NodePeer.StartScriptAsync("console.error('oh dear'); process.exit(3);"));

        Assert.Contains("oh dear", fault.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task RunScriptAsync_Ends_ItsOutput() =>
        Assert.Equal("42", (await NodePeer.RunScriptAsync("console.log(6 * 7);")).Trim());
}
