namespace OpenClaw.Portal.Tests.Components.Controls;

/// <summary>A fresh context for each test.</summary>
public abstract class ControlTests : IAsyncLifetime
{
    private protected ControlsContext Context { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Context = new();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Context.DisposeAsync();
}
