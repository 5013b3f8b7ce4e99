namespace OpenClaw.Gateway.Core.Administration;

/// <summary>
/// One change of a tenant's configuration at a time on this node: what a change has looked at (that an agent exists, that nothing
/// names it, how many there are) still holds when it is saved. Tenants share turns by chance, which costs them milliseconds.
/// </summary>
internal static class ConfigurationTurns
{
    private static readonly SemaphoreSlim[] Turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for the tenant's turn; disposing gives it back. A change must not start another inside it.</summary>
    public static async Task<IDisposable> EnterAsync(Guid tenant, CancellationToken cancellationToken)
    {
        var turn = Turns[(tenant.GetHashCode() & int.MaxValue) % Turns.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        private SemaphoreSlim? _held = held;

        public void Dispose() => Interlocked.Exchange(ref _held, null)?.Release();
    }
}
