namespace OpenClaw.Gateway.Core.Administration.Routing.Backtests;

/// <summary>Carries back-tests out.</summary>
internal interface IBacktestStart
{
    /// <summary>One was written down and may begin.</summary>
    void Kick(Guid backtest);

    /// <summary>One is to end. False when it does not run on this node.</summary>
    bool Cancel(Guid backtest);

    /// <summary>How far one has come that runs on this node.</summary>
    (long Total, long Judged)? Progress(Guid backtest);
}
