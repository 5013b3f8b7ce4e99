using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>Makes a tenant; link and key are shown once, here.</summary>
public sealed partial class NewTenant
{
    private string? _admin;
    private bool _withKey;

    [Inject]
    private CreateTenant Create { get; set; } = default!;

    private TenantForm Input { get; } = new();

    private TenantView? Made { get; set; }

    private async Task<FormResult> SaveAsync()
    {
        try
        {
            var body = Input.ToJson();
            body["admin"] = string.IsNullOrWhiteSpace(_admin) ? null : _admin;
            body["apiKey"] = _withKey;
            var result = await Create.RunAsync(await CallerAsync(), JsonSerializer.SerializeToElement(body));
            Made = result.Value;
            return FormResult.From(result);
        }
        catch (ForbiddenException fault)
        {
            return FormResult.Failed(fault.Message);
        }
    }
}
