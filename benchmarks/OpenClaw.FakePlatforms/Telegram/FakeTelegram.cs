using OpenClaw.FakePlatforms.Capture;
using OpenClaw.FakePlatforms.Faults;
using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram;

/// <summary>How a <see cref="FakeTelegram"/> runs.</summary>
internal sealed record FakeTelegramOptions
{
    /// <summary>0: a free one.</summary>
    public int Port { get; init; }

    /// <summary>One bot for each token, <c>id:secret</c>.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = ["123456:TEST"];
}

/// <summary>A Telegram Bot API server on loopback, written from https://core.telegram.org/bots/api.</summary>
internal sealed class FakeTelegram : IAsyncDisposable
{
    private readonly RequestLedger _ledger = new("telegram", RequestLedger.FolderOfEnvironment);
    private readonly LoopbackServer _server;

    private FakeTelegram(LoopbackServer server, FakeTelegramOptions options)
    {
        _server = server;
        Token = options.Tokens[0];
    }

    public Uri Url => _server.Url;

    public string Token { get; }

    public FaultPlan Faults { get; } = new();

    public IReadOnlyList<Violation> Violations => _ledger.Violations;

    public static async Task<FakeTelegram> StartAsync(FakeTelegramOptions? options = null) =>
        new(await LoopbackServer.StartAsync(options?.Port ?? 0, app => app.Run(c => Spoiled.HtmlPageAsync(c, 404))), options ?? new());

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ledger.Dispose();
    }
}
