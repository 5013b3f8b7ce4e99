using System.Text;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Agents;
using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Components.Pages.Agents;

/// <summary>Asks an agent and shows its answer as it comes; what was asked before stays on the page until it is left.</summary>
public sealed partial class TestCall : IDisposable
{
    private static readonly TimeSpan Drawn = TimeSpan.FromMilliseconds(100);
    private readonly List<Call> _calls = [];
    private CancellationTokenSource? _running;
    private string _text = "";

    /// <summary>The agent.</summary>
    [Parameter, EditorRequired]
    public required Guid Agent { get; set; }

    /// <summary>Its name.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>On whose behalf.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    [Inject]
    private TestAgent Test { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public void Dispose() => _running?.Cancel();

    private static string Told(Call call)
    {
        if (!call.Done) return call.First is { } begun ? $"First piece after {Humanize.Duration(begun)}…" : "Waiting for the answer…";
        if (call.Stopped) return $"Stopped after {Humanize.Duration(call.Total)}.";
        if (call.Error is not null) return $"Failed after {Humanize.Duration(call.Total)}.";
        var first = call.First is { } piece ? $"First piece after {Humanize.Duration(piece)}, " : "";
        return call.Replies.Count == 0 ? $"No message in the answer, after {Humanize.Duration(call.Total)}." : $"{first}{(first.Length > 0 ? "all" : "Answered")} after {Humanize.Duration(call.Total)}.";
    }

    private async Task AskAsync()
    {
        if (_running is not null || string.IsNullOrWhiteSpace(_text)) return;
        var call = new Call(_text, Time);
        _calls.Add(call);
        _text = "";
        using var running = _running = new CancellationTokenSource();
        try
        {
            var asking = Test.RunAsync(await Caller(), Agent, call.Question, call, running.Token);
            while (await Task.WhenAny(asking, Task.Delay(Drawn, Time, CancellationToken.None)) != asking) StateHasChanged();
            call.Complete(await asking);
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            call.Stop();
        }
        catch (ForbiddenException refused)
        {
            call.Fail(new("", refused.Message));
        }
        finally
        {
            _running = null;
        }
    }

    /// <summary>One question and what came of it. Pieces arrive on other threads.</summary>
    private sealed class Call(string question, TimeProvider time) : IAnswerSink
    {
        private readonly Lock _lock = new();
        private readonly long _start = time.GetTimestamp();
        private readonly List<StringBuilder> _pieces = [];
        private IReadOnlyList<string>? _whole;

        public string Question => question;

        public TimeSpan? First { get; private set; }

        public TimeSpan Total { get; private set; }

        public bool Done { get; private set; }

        public bool Stopped { get; private set; }

        public AgentTestError? Error { get; private set; }

        /// <summary>How the agent came to it.</summary>
        public AgentReport? Report { get; private set; }

        public IReadOnlyList<string> Replies
        {
            get
            {
                lock (_lock) return _whole ?? [.. _pieces.Select(p => p.ToString())];
            }
        }

        public void Delta(int reply, Utf8Text text)
        {
            lock (_lock)
            {
                First ??= time.GetElapsedTime(_start);
                while (_pieces.Count <= reply) _pieces.Add(new());
                _pieces[reply].Append(text.ToString());
            }
        }

        public void Complete(AgentTest? test)
        {
            End();
            Report = test?.Report;
            if (test is null) Error = new("", "The agent is gone: somebody deleted it.");
            else if (test.Error is not null) Error = test.Error;
            else _whole = [.. test.Messages.Select(m => m.Text.Length > 0 ? m.Text : "(a message without text)")];
        }

        public void Fail(AgentTestError error)
        {
            End();
            Error = error;
        }

        public void Stop()
        {
            End();
            Stopped = true;
        }

        private void End() => (Done, Total) = (true, time.GetElapsedTime(_start));
    }
}
