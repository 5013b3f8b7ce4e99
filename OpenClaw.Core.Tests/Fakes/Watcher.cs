using System.Threading.Channels;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A subscriber that keeps what it is told, for the test to wait on.</summary>
internal sealed class Watcher : ISessionSubscriber
{
    private readonly Channel<MessageRecord> _entries = Channel.CreateUnbounded<MessageRecord>();
    private readonly List<string> _told = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A copy: more may be told while the test looks at it.</summary>
    public List<string> Told
    {
        get
        {
            lock (_told) return [.. _told];
        }
    }

    public ISessionHandle? Handle { get; set; }

    public void OnEntry(MessageRecord entry)
    {
        lock (_told) _told.Add($"{entry.Seq}:{entry.From}:{entry.Text}");
        _entries.Writer.TryWrite(entry);
    }

    public void OnDelta(Guid replyId, int index, Utf8Text text)
    {
        lock (_told) _told.Add($"delta {index}:{text}");
    }

    public void OnTyping(bool on)
    {
        lock (_told) _told.Add(on ? "typing" : "quiet");
    }

    public void OnEnded()
    {
        lock (_told) _told.Add("ended");
        _ended.TrySetResult();
    }

    /// <summary>Completes when its session has ended.</summary>
    public Task EndedAsync() => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The next entry by an agent.</summary>
    public async Task<MessageRecord> NextReplyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var entry = await _entries.Reader.ReadAsync(limit.Token);
            if (entry.From != MessageFrom.User) return entry;
        }
    }
}
