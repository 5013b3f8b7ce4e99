namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>Where a bot's updates are posted to, and how that goes.</summary>
/// <param name="Url">As the bot said.</param>
/// <param name="Secret">For the header X-Telegram-Bot-Api-Secret-Token.</param>
/// <param name="MaxConnections">As the bot said; updates are posted one after the other all the same.</param>
internal sealed record FakeWebhook(Uri Url, string? Secret, int MaxConnections, string? IpAddress, bool HasCertificate) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private Task _delivery = Task.CompletedTask;

    /// <summary>Unix seconds of the last failure.</summary>
    public long? LastErrorDate { get; set; }

    public string? LastError { get; set; }

    /// <summary>How many posts were answered with success.</summary>
    public long Delivered { get; set; }

    public void Begin(Func<CancellationToken, Task> delivery) => _delivery = delivery(_over.Token);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _delivery;
        _over.Dispose();
    }
}
