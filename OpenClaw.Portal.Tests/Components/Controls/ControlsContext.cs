using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

/// <summary>Renders controls with their services, and with a script that answers nothing.</summary>
internal sealed class ControlsContext : BunitContext
{
    public ControlsContext()
    {
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddControls();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Script = JSInterop.SetupModule("./js/kit.js");
        Script.Mode = JSRuntimeMode.Loose;
    }

    public TestClock Clock { get; } = new();

    public BunitJSModuleInterop Script { get; }

    public Confirm Confirm => (Confirm)Services.GetRequiredService<IConfirm>();

    public IRenderedComponent<FormShell> Form(Func<Task<FormResult>> save, RenderFragment fields, Action<ComponentParameterCollectionBuilder<FormShell>>? more = null) =>
        Render<FormShell>(p =>
        {
            p.Add(f => f.Label, "Thing").Add(f => f.OnSave, save).Add(f => f.ChildContent, fields);
            more?.Invoke(p);
        });

    public static RenderFragment Of<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent => builder =>
    {
        builder.OpenComponent<TComponent>(0);
        foreach (var (name, value) in parameters) builder.AddAttribute(1, name, value);
        builder.CloseComponent();
    };
}
