using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Answers;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Agents.Socket;

/// <summary>A request that a process has, and what it has answered so far. Once closed it passes nothing on any more.</summary>
internal sealed class OpenRequest(Guid id, int attempt, IAnswerSink sink, AnswerTimer timer)
{
    private readonly TaskCompletionSource<AgentAnswer?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AnswerAssembler _assembler = new(sink);
    private readonly Lock _lock = new();
    private int _bytes;
    private bool _closed;

    public Guid Id => id;

    public int Attempt => attempt;

    /// <summary>The whole answer; null when it comes later. Fails with <see cref="AnswerException"/> or <see cref="ProcessLostException"/>.</summary>
    public Task<AgentAnswer?> Answered => _done.Task;

    /// <summary>Takes a frame about it. False when it was closed before.</summary>
    public bool Take(AgentFrameType type, ReadOnlyMemory<byte> frame)
    {
        lock (_lock)
        {
            if (_closed) return false;
            timer.Progress();
            _bytes += frame.Length;
            if (_bytes > AnswerLimits.Bytes) Fail(AnswerException.TooLarge($"The agent's answer is larger than {AnswerLimits.Bytes / 1024 / 1024} MB."));
            else if (type == AgentFrameType.Later) End(null);
            else Assemble(AgentFrame.NameOf(type), frame);
            return true;
        }
    }

    /// <summary>The process is gone.</summary>
    public void Lose(string why)
    {
        lock (_lock) Fail(new ProcessLostException(why));
    }

    /// <summary>A frame about it was larger than any may be.</summary>
    public void TooLarge()
    {
        lock (_lock) Fail(AnswerException.TooLarge($"The agent sent a frame of more than {AnswerLimits.LineBytes / 1024} KB."));
    }

    /// <summary>Nothing is passed on from here on.</summary>
    public void Close()
    {
        lock (_lock) _closed = true;
    }

    private void Assemble(string name, ReadOnlyMemory<byte> frame)
    {
        try
        {
            if (_assembler.Take(name, frame)) End(_assembler.Answer);
        }
        catch (AnswerException e) when (e.Failure == DeadLetterCauses.AgentError)
        {
            Fail(e);
        }
        catch (AnswerException e)
        {
            Fail(new AnswerException(e.Kind, e.Failure, $"frame '{name}': {e.Message}\n{Excerpt.Of(frame.Span)}"));
        }
    }

    private void End(AgentAnswer? answer)
    {
        _closed = true;
        _done.TrySetResult(answer);
    }

    private void Fail(Exception cause)
    {
        if (_closed) return;
        _closed = true;
        _done.TrySetException(cause);
    }
}
