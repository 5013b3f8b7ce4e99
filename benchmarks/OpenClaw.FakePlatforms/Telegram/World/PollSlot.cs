namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>One poll of a bot at a time: a newer one ends the older one with a conflict.</summary>
internal sealed class PollSlot
{
    private readonly Lock _lock = new();
    private Turn? _turn;

    public bool IsOpen => Volatile.Read(ref _turn) is not null;

    public Turn Open()
    {
        lock (_lock)
        {
            _turn?.End("terminated by other getUpdates request; make sure that only one bot instance is running");
            return _turn = new();
        }
    }

    /// <summary>Ends the open poll, if there is one.</summary>
    public void End(string why)
    {
        lock (_lock) _turn?.End(why);
    }

    /// <summary>The poll has been answered.</summary>
    public void Close(Turn turn)
    {
        lock (_lock)
        {
            if (_turn == turn) _turn = null;
        }
    }

    internal sealed class Turn
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes, with the reason, when another request ends this poll.</summary>
        public Task<string> Ended => _ended.Task;

        public void End(string why) => _ended.TrySetResult(why);
    }
}
