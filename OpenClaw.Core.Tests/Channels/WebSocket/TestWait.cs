namespace OpenClaw.Core.Tests.Channels.WebSocket;

/// <summary>For what the server does after the client has seen all it will see: asks again until it holds.</summary>
internal static class TestWait
{
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
    }

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));
}
