namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Leaves two thirds of a processor to the road: after each piece of work it rests twice as long as that took.</summary>
internal sealed class BacktestPace(TimeProvider time)
{
    private const int RestsPerPiece = 2;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);
    private long _since = time.GetTimestamp();

    /// <summary>Rests for what was done since the last rest.</summary>
    public async Task RestAsync(CancellationToken cancellationToken)
    {
        var rest = time.GetElapsedTime(_since) * RestsPerPiece;
        if (rest >= Shortest) await Task.Delay(rest < Longest ? rest : Longest, time, cancellationToken);
        else cancellationToken.ThrowIfCancellationRequested();
        _since = time.GetTimestamp();
    }
}
