using OpenClaw.FakePlatforms.Serving;

namespace OpenClaw.FakePlatforms.Telegram.World;

/// <summary>What a bot answered to a pressed button.</summary>
internal sealed record CallbackAnswer(string? Text, bool ShowAlert, string? Url);

/// <summary>A pressed button: its clock turns until the bot answers.</summary>
internal sealed class FakeCallback(string id, FakeBot bot, FakeUser from, DateTimeOffset at)
{
    private readonly TaskCompletionSource<CallbackAnswer> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public FakeBot Bot => bot;

    public FakeUser From => from;

    public DateTimeOffset At => at;

    public bool IsAnswered => _answered.Task.IsCompleted;

    /// <summary>The answer, when there is one.</summary>
    public CallbackAnswer? Answer => IsAnswered ? _answered.Task.Result : null;

    /// <summary>False: it has an answer already.</summary>
    public bool TryAnswer(CallbackAnswer answer) => _answered.TrySetResult(answer);

    /// <exception cref="TimeoutException">None came.</exception>
    public Task<CallbackAnswer> AnsweredAsync(TimeSpan? limit = null) => _answered.Task.WaitAsync(limit ?? Changes.Patience);
}
