using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OpenClaw.Portal.Components.Controls;

/// <summary>Knows whether the reader of a scrolling element is at its live end (<c>js/lists.js</c>).</summary>
internal sealed class LiveEnd : IAsyncDisposable
{
    private readonly Func<bool, Task> _changed;
    private readonly DotNetObjectReference<LiveEnd> _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;

    private LiveEnd(Func<bool, Task> changed) => (_changed, _self) = (changed, DotNetObjectReference.Create(this));

    /// <summary>True while the reader is there.</summary>
    public bool IsLive { get; private set; } = true;

    public static async Task<LiveEnd> FollowAsync(IJSRuntime script, ElementReference element, string end, Func<bool, Task> changed)
    {
        var live = new LiveEnd(changed);
        live._module = await script.InvokeAsync<IJSObjectReference>("import", "./js/lists.js");
        live._script = await live._module.InvokeAsync<IJSObjectReference>("follow", element, live._self, end);
        return live;
    }

    /// <summary>Called by the script.</summary>
    [JSInvokable]
    public Task OnLiveEnd(bool now)
    {
        IsLive = now;
        return _changed(now);
    }

    public ValueTask ToEndAsync() => _script?.InvokeVoidAsync("toEnd") ?? ValueTask.CompletedTask;

    /// <summary>Remembers what the reader looks at, before older entries come in above it.</summary>
    public ValueTask<IJSObjectReference> KeepAsync() => _script!.InvokeAsync<IJSObjectReference>("keep");

    public ValueTask RestoreAsync(IJSObjectReference place) => _script!.InvokeVoidAsync("restore", place);

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
