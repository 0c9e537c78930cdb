using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Multivisor.Server.Access;

namespace Multivisor.Server.Http;

/// <summary>Completes the generated OpenAPI document with what the handlers read from forms.</summary>
internal static class OpenApiDocument
{
    /// <summary>Who may call the operation.</summary>
    private const string RoleExtension = "x-role";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Multivisor",
                Version = ProgramVersion.Text,
                Description = "Watch and control all the supervisord instances of a site.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<FormFields>().FirstOrDefault() is { Names.Count: > 0 } fields)
                operation.RequestBody = Body(fields);
            var policies = context.Description.ActionDescriptor.EndpointMetadata.OfType<EndpointPolicies>().FirstOrDefault();
            (operation.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)).Add(
                RoleExtension, new JsonNodeExtension(RoutePolicy.Describe(policies?.Find(context.Description.HttpMethod ?? ""))));
            foreach (var query in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
                (operation.Parameters ??= []).Add(Parameter(query));
            return Task.CompletedTask;
        });
    }

    /// <summary>Documents a text in the query, never required.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new QueryParameter(name, description));

    private static OpenApiParameter Parameter(QueryParameter query) => new()
    {
        Name = query.Name,
        Description = query.Description,
        In = ParameterLocation.Query,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiRequestBody Body(FormFields fields)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(fields.Names, StringComparer.Ordinal),
            Properties = fields.Names.ToDictionary(
                name => name,
                IOpenApiSchema (_) => new OpenApiSchema { Type = JsonSchemaType.String },
                StringComparer.Ordinal),
        };
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/x-www-form-urlencoded"] = new() { Schema = schema },
                ["multipart/form-data"] = new() { Schema = schema },
            },
        };
    }
}

/// <summary>A text in the query that a route reads by itself, for its documentation.</summary>
internal sealed record QueryParameter(string Name, string Description);
