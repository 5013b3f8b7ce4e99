using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>Where the reader of a transcript is (<c>js/transcript.js</c>).</summary>
internal sealed class TranscriptScroll : IAsyncDisposable
{
    private readonly DotNetObjectReference<TranscriptScroll> _self;
    private readonly Func<bool, Task> _atEnd;
    private readonly Func<Task> _nearStart;
    private readonly Func<Task> _nearEnd;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;

    private TranscriptScroll(Func<bool, Task> atEnd, Func<Task> nearStart, Func<Task> nearEnd) =>
        (_atEnd, _nearStart, _nearEnd, _self) = (atEnd, nearStart, nearEnd, DotNetObjectReference.Create(this));

    public static async Task<TranscriptScroll> FollowAsync(
        IJSRuntime script, ElementReference element, ElementReference heading, long? at, Func<bool, Task> atEnd, Func<Task> nearStart, Func<Task> nearEnd)
    {
        var scroll = new TranscriptScroll(atEnd, nearStart, nearEnd);
        scroll._module = await script.InvokeAsync<IJSObjectReference>("import", "./js/transcript.js");
        await scroll._module.InvokeVoidAsync("arrive", heading);
        scroll._script = await scroll._module.InvokeAsync<IJSObjectReference>("follow", element, scroll._self, at);
        return scroll;
    }

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public Task OnAtEnd(bool now) => _atEnd(now);

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public Task OnNearStart() => _nearStart();

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public Task OnNearEnd() => _nearEnd();

    public ValueTask ToEndAsync() => _script?.InvokeVoidAsync("toEnd") ?? ValueTask.CompletedTask;

    public ValueTask ToStartAsync() => _script?.InvokeVoidAsync("toStart") ?? ValueTask.CompletedTask;

    public ValueTask ToAsync(long seq) => _script?.InvokeVoidAsync("to", seq) ?? ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_script is not null) await _script.InvokeVoidAsync("stop");
            if (_script is not null) await _script.DisposeAsync();
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }

        _self.Dispose();
    }
}
