using Microsoft.JSInterop;

namespace OpenClaw.Portal.Components.Controls;

/// <summary>The controls' script (<c>js/kit.js</c>), loaded when first needed. Only from event handlers and after rendering.</summary>
public sealed class KitScript(IJSRuntime script) : IAsyncDisposable
{
    private Task<IJSObjectReference>? _module;

    /// <summary>Done when the module is there.</summary>
    public async ValueTask LoadAsync()
    {
        try
        {
            await ModuleAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }
    }

    /// <summary>Calls a function of the module; the default value when the browser is gone.</summary>
    public async ValueTask<T?> InvokeAsync<T>(string name, params object?[] arguments)
    {
        try
        {
            var module = await ModuleAsync();
            return module is null ? default : await module.InvokeAsync<T>(name, arguments);
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
            return default;
        }
    }

    /// <summary>Calls a function of the module that answers nothing.</summary>
    public async ValueTask RunAsync(string name, params object?[] arguments) => await InvokeAsync<object?>(name, arguments);

    /// <summary>Lets the browser save a text as a file.</summary>
    public ValueTask DownloadAsync(string fileName, string contentType, string text) => RunAsync("download", fileName, contentType, text);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is { IsCompletedSuccessfully: true } loaded && await loaded is { } module) await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // the browser went first
        }
    }

    private Task<IJSObjectReference> ModuleAsync() => _module ??= script.InvokeAsync<IJSObjectReference>("import", "./js/kit.js").AsTask();
}
